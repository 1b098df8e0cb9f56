//! Bounds, not peers: blocking locks, and an atomic word without a queue. They show how much faster
//! an async lock could be at best.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ::parking_lot::Mutex as ParkingLot;

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Sections, Shared};

static STD: Peer = Peer::new("std::sync::Mutex", "", Order::Bound);
static PARKING_LOT: Peer = Peer::new("parking_lot", "parking_lot", Order::Bound);
static COMPARE_EXCHANGE: Peer = Peer::new("compare-exchange", "", Order::Bound);

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&STD).sections::<Mutex<u64>>().contended_sections::<Mutex<u64>>();
    suite.peer(&PARKING_LOT).sections::<ParkingLot<u64>>().contended_sections::<ParkingLot<u64>>();
    suite.peer(&COMPARE_EXCHANGE).sections::<CompareExchange>();
}

impl Shared for Mutex<u64> {}

impl Sections for Mutex<u64> {
    fn new() -> Self {
        Self::new(0)
    }

    fn count(&self) -> u64 {
        *self.lock().expect("not poisoned")
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            *black_box(self).try_lock().expect("the lock is free") += 1;
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            *self.lock().expect("not poisoned") += 1;
        }
    }
}

impl Shared for ParkingLot<u64> {}

impl Sections for ParkingLot<u64> {
    fn new() -> Self {
        Self::new(0)
    }

    fn count(&self) -> u64 {
        *self.lock()
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            *black_box(self).try_lock().expect("the lock is free") += 1;
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            *self.lock() += 1;
        }
    }
}

/// A compare-exchange to lock and one to unlock, without waiting: never contended here.
struct CompareExchange {
    held: AtomicBool,
    count: AtomicU64,
}

impl CompareExchange {
    fn bump_once(&self) {
        let taken =
            self.held.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok();
        assert!(taken, "the lock is free");
        // Not one atomic operation: the lock is held in between.
        self.count.store(self.count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        let released =
            self.held.compare_exchange(true, false, Ordering::Release, Ordering::Relaxed).is_ok();
        assert!(released, "the lock is held");
    }
}

impl Sections for CompareExchange {
    fn new() -> Self {
        Self { held: AtomicBool::new(false), count: AtomicU64::new(0) }
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            black_box(self).bump_once();
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            self.bump_once();
        }
    }
}
