//! underlock by `sync_block!`: the cost of the macro.

use std::hint::black_box;

use ::underlock::{Condition, Lock, guarded, sync_block};

use crate::hand::now;
use crate::suite::{Order, Peer, Suite};
use crate::tasks::yield_once;
use crate::traits::{LongSections, Rounds, Sections, Shared, State};

static PEER: Peer = Peer {
    beside: Some("underlock"),
    ..Peer::new("underlock-sync_block", "underlock", Order::Fifo)
};

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).long_sections::<Blocks>().rounds::<Desk>();
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
        *self.count.try_acquire().expect("the lock is free")
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            now(async {
                sync_block!(count = black_box(self).count.now(), {
                    *count += 1;
                })
            })
            .expect("the lock is free");
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            sync_block!(count = self.count, { *count += 1 });
        }
    }
}

impl LongSections for Blocks {
    async fn bump_across_a_yield(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            sync_block!(count = self.count, async {
                yield_once().await;
                *count += 1;
            });
        }
    }
}

/// A lock with two conditions, entered by blocks.
#[guarded]
struct Desk {
    lock: Lock,
    #[guarded(lock)]
    state: State,
    #[condition(lock)]
    work: Condition,
    #[condition(lock)]
    idle: Condition,
}

impl Shared for Desk {}

impl Rounds for Desk {
    fn new() -> Self {
        Self {
            lock: Lock::new(DeskLock { state: State::default() }),
            work: Condition::shared(),
            idle: Condition::shared(),
        }
    }

    async fn take_turns(&self, odd: bool, times: u64) {
        for _ in 0..times {
            sync_block!(desk = self.lock, {
                desk = desk.wait_for(&self.work, |desk| (desk.state.turn % 2 == 1) == odd).await;
                desk.state.turn += 1;
                desk.notify_one(&self.work);
            });
        }
    }

    async fn turns(&self) -> u64 {
        sync_block!(desk = self.lock, { desk.state.turn })
    }

    async fn produce(&self, item: u64, times: u64, places: usize) {
        for _ in 0..times {
            sync_block!(desk = self.lock, {
                let room = |desk: &DeskLock| desk.state.items.len() < places;
                desk = desk.wait_for(&self.idle, room).await;
                desk.state.items.push_back(item);
                desk.notify_one(&self.work);
            });
        }
    }

    async fn consume(&self, times: u64) -> u64 {
        let mut sum = 0;
        for _ in 0..times {
            sync_block!(desk = self.lock, {
                desk = desk.wait_for(&self.work, |desk| !desk.state.items.is_empty()).await;
                sum += desk.state.items.pop_front().expect("there is an item");
                desk.notify_one(&self.idle);
            });
        }
        sum
    }

    async fn lead(&self, followers: u64, times: u64) {
        sync_block!(desk = self.lock, {
            for _ in 0..times {
                desk = desk.wait_for(&self.idle, |desk| desk.state.waiting == followers).await;
                desk.state.waiting = 0;
                desk.state.turn += 1;
                desk.notify_all(&self.work);
            }
        });
    }

    async fn follow(&self, followers: u64, times: u64) {
        sync_block!(desk = self.lock, {
            for turn in 1..=times {
                desk.state.waiting += 1;
                if desk.state.waiting == followers {
                    desk.notify_one(&self.idle);
                }
                desk = desk.wait_for(&self.work, |desk| desk.state.turn >= turn).await;
            }
        });
    }
}
