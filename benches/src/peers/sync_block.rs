//! underlock once more, through `sync_block!`: what the macro costs.

use ::underlock::{Lock, sync_block};

use crate::suite::{Order, Peer, Suite};
use crate::tasks::yield_once;
use crate::traits::{LongSections, Sections, Shared};

static PEER: Peer =
    Peer { name: "underlock-sync_block", order: Order::Fifo, cancel_safe: true, absent: &[] };

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).sections::<Blocks>().contended_sections::<Blocks>().long_sections::<Blocks>();
}

struct Blocks {
    count: Lock<u64>,
}

impl Shared for Blocks {}

impl Sections for Blocks {
    fn new() -> Self {
        Self { count: Lock::new(0) }
    }

    fn count(&self) -> u64 {
        *self.count.try_acquire().expect("nobody holds the lock")
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            sync_block!(try count = self.count => {
                *count += 1;
            } else {
                panic!("nobody holds the lock");
            });
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            sync_block!(count = self.count => { *count += 1 });
        }
    }
}

impl LongSections for Blocks {
    async fn bump_across_a_yield(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            sync_block!(count = self.count => async {
                yield_once().await;
                *count += 1;
            });
        }
    }
}
