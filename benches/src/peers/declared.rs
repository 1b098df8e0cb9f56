//! underlock by declared conditions: the cost of signalling themselves.

use std::collections::VecDeque;
use std::time::Instant;

use ::underlock::{Condition, Lock, guarded, sync_block};

use crate::hand::{self, Slot};
use crate::scenarios::condition::FALSE_WAITERS;
use crate::suite::{Batch, Order, Peer, Suite};
use crate::traits::{Rounds, Shared};

static PEER: Peer = Peer {
    beside: Some("underlock-sync_block"),
    absent: &[("condition/notify-all/", "a declared condition wakes one for whom it is true")],
    ..Peer::new("underlock-declared", "underlock", Order::Fifo)
};

pub(crate) fn register(suite: &mut Suite) {
    let mut entry = suite.peer(&PEER).rounds::<Desk>();
    for waiters in FALSE_WAITERS {
        entry.timed(format!("condition/false/{waiters}"), move |n| lock_beside(waiters, n));
    }
}

/// Entered once a condition is true. Nobody notifies.
#[guarded]
struct Desk {
    lock: Lock,
    #[guarded(lock)]
    turn: u64,
    #[guarded(lock)]
    items: VecDeque<u64>,
    #[guarded(lock)]
    places: usize,
    #[condition(lock, when = |desk| desk.turn % 2 == 0)]
    even: Condition,
    #[condition(lock, when = |desk| desk.turn % 2 == 1)]
    odd: Condition,
    #[condition(lock, when = |desk| !desk.items.is_empty())]
    work: Condition,
    #[condition(lock, when = |desk| desk.items.len() < desk.places)]
    room: Condition,
}

impl Shared for Desk {}

impl Rounds for Desk {
    fn new() -> Self {
        Self {
            lock: Lock::new(DeskLock { turn: 0, items: VecDeque::new(), places: 0 }),
            even: Condition::shared(),
            odd: Condition::shared(),
            work: Condition::shared(),
            room: Condition::shared(),
        }
    }

    async fn take_turns(&self, odd: bool, times: u64) {
        for _ in 0..times {
            if odd {
                sync_block!(desk = self.lock.when(&self.odd), { desk.turn += 1 });
            } else {
                sync_block!(desk = self.lock.when(&self.even), { desk.turn += 1 });
            }
        }
    }

    async fn turns(&self) -> u64 {
        sync_block!(desk = self.lock, { desk.turn })
    }

    async fn produce(&self, item: u64, times: u64, places: usize) {
        sync_block!(desk = self.lock, { desk.places = places });
        for _ in 0..times {
            sync_block!(desk = self.lock.when(&self.room), { desk.items.push_back(item) });
        }
    }

    async fn consume(&self, times: u64) -> u64 {
        let mut sum = 0;
        for _ in 0..times {
            sum += sync_block!(desk = self.lock.when(&self.work), {
                desk.items.pop_front().expect("there is an item")
            });
        }
        sum
    }

    async fn lead(&self, _: u64, _: u64) {
        unreachable!("absent");
    }

    async fn follow(&self, _: u64, _: u64) {
        unreachable!("absent");
    }
}

/// Locks and unlocks beside waiters whose condition is false.
fn lock_beside(waiters: usize, times: u64) -> Batch {
    let desk = Desk::new();
    let mut slots = Slot::many(waiters);
    for slot in &mut slots {
        slot.queue(desk.lock.when(&desk.work).into_future());
    }
    let begin = Instant::now();
    for _ in 0..times {
        hand::now(desk.lock.acquire()).turn += 1;
    }
    Batch { elapsed: begin.elapsed(), ops: times, checksum: hand::now(desk.turns()) }
}
