//! One of each primitive, and their invariants.

use std::cell::UnsafeCell;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use underlock::{Barrier, BoundedSemaphore, Condition, Conditions, Event, Lock, Semaphore, Shared};

use crate::program::{MOST, Program};
use crate::queue::{ObservedQueue, Order};
use crate::relay::Relay;

/// The abilities of an engine.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// It runs one task at a time, at least between two steps of a primitive, so that the order can
    /// be recorded and checked. Recording it would hide races from a sanitizer.
    pub observes: bool,
    /// Each task has a thread of its own to block.
    pub blocks: bool,
}

/// One of each primitive, with their invariants and waiters.
///
/// All counters are `Relaxed`: the primitives themselves have to provide ordering.
pub struct World {
    pub(crate) engine: Engine,
    pub(crate) plain: Monitor<0>,
    pub(crate) shared: Monitor<2>,
    pub(crate) semaphore: Pool<Semaphore>,
    pub(crate) bounded: Pool<BoundedSemaphore>,
    pub(crate) event: Event,
    pub(crate) awaiting: ObservedQueue,
    pub(crate) barrier: Barrier,
    pub(crate) meeting: ObservedQueue,
    /// How often each position was returned.
    pub(crate) positions: Vec<AtomicUsize>,
    /// A wait was cancelled, perhaps after the barrier had tripped.
    pub(crate) wait_was_cancelled: AtomicBool,
    pub(crate) performed: AtomicUsize,
    /// The wakers of all tasks, kept to the end: the last drop of an `Arc` synchronizes by a fence,
    /// which `ThreadSanitizer` doesn't support.
    relays: Vec<Mutex<Vec<Arc<Relay>>>>,
}

/// Data guarded by a lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    entries: u64,
    pub(crate) tokens: [usize; 2],
    /// How many times the program was wound up; after the first, waits for tokens end without one.
    pub(crate) round: u64,
}

impl Conditions<2> for State {}

/// A lock, with a check of mutual exclusion.
pub(crate) struct Monitor<const N: usize> {
    pub(crate) lock: Arc<Lock<State, N>>,
    pub(crate) queue: ObservedQueue,
    taken: AtomicBool,
    entries: AtomicU64,
}

/// A semaphore, with the number of permits that no task holds, be they free or granted.
pub(crate) struct Pool<S> {
    pub(crate) source: Arc<S>,
    pub(crate) queue: ObservedQueue,
    spare: AtomicIsize,
    /// For a bounded semaphore.
    ledger: Option<Ledger>,
}

/// Written by a task that holds all permits of a bounded semaphore, for a sanitizer to detect a
/// lack of ordering.
#[derive(Default)]
struct Ledger(UnsafeCell<u64>);

// SAFETY: the cell is accessed only while holding all permits of a bounded semaphore, see
// `Pool::count`.
unsafe impl Sync for Ledger {}

/// Proof of mutual exclusion, checked.
pub(crate) struct Alone<'w>(&'w AtomicBool);

/// An account of held permits. Dropped before the permits are.
pub(crate) struct Counted<'w> {
    spare: &'w AtomicIsize,
    permits: isize,
}

// === impl World ===

impl World {
    /// For the tasks of a program, on an engine with these abilities.
    #[must_use]
    pub fn new(program: &Program, engine: Engine) -> Self {
        let queue = |order| ObservedQueue::new(order, engine.observes);
        Self {
            engine,
            plain: Monitor::new(Lock::new(State::default()), queue(Order::Fifo)),
            shared: Monitor::new(Lock::new(State::default()), queue(Order::Fifo)),
            semaphore: Pool::new(
                Semaphore::new(MOST - 1),
                MOST - 1,
                None,
                queue(Order::FifoGrants),
            ),
            bounded: Pool::new(
                BoundedSemaphore::new(MOST),
                MOST,
                Some(Ledger::default()),
                queue(Order::FifoGrants),
            ),
            event: Event::new(),
            awaiting: queue(Order::Broadcast),
            barrier: Barrier::new(program.parties),
            meeting: queue(Order::Broadcast),
            positions: (0..program.parties).map(|_| AtomicUsize::new(0)).collect(),
            wait_was_cancelled: AtomicBool::new(false),
            performed: AtomicUsize::new(0),
            relays: program.scripts.iter().map(|_| Mutex::default()).collect(),
        }
    }

    /// The number of operations performed.
    pub fn performed(&self) -> usize {
        self.performed.load(Ordering::Relaxed)
    }

    /// Checks the invariants when no task is runnable: no wake-up was lost.
    ///
    /// # Panics
    ///
    /// Panics if one is violated.
    pub fn check_idle(&self) {
        // A task that holds a guard or permits does not wait, so all are free.
        let state = self.shared.lock.try_acquire();
        let state = state.unwrap_or_else(|| panic!("{:?} is never released", self.shared.lock));
        for side in 0..2 {
            let stranded = state.tokens[side] > 0 && self.shared.queue.has_waiter_of(side);
            assert!(!stranded, "lost wake-up: tokens and waiters of side {side}");
        }
        drop(state);
        is_idle(&self.plain.lock, "Lock { locked: false, waiters: 0 }");
        is_idle(&self.shared.lock, "Lock { locked: false, waiters: 0 }");
        self.semaphore.check_idle(self.semaphore.source.available_permits());
        self.bounded.check_idle(self.bounded.source.available_permits());

        self.awaiting.check_idle(|_| false);
        let has_waiters = !format!("{:?}", self.event).ends_with("waiters: 0 }");
        assert!(!(self.event.is_set() && has_waiters), "lost wake-up: {:?}", self.event);

        self.check_barrier();
    }

    fn check_barrier(&self) {
        self.meeting.check_idle(|_| false);
        let waiting = self.barrier.waiting();
        assert!(waiting < self.barrier.parties() && !(waiting > 0 && self.barrier.is_broken()));
        assert!(self.meeting.waiting().is_none_or(|met| met == waiting), "{:?}", self.barrier);

        let positions = self.positions.iter().map(|given| given.load(Ordering::Relaxed));
        let positions: Vec<_> = positions.collect();
        // The last to arrive passes without waiting, so the last position counts the rounds.
        let rounds = positions[self.barrier.parties() - 1];
        let left = self.wait_was_cancelled.load(Ordering::Relaxed);
        let is_right = |given: &usize| *given == rounds || left && *given < rounds;
        assert!(positions.iter().all(is_right), "positions by count: {positions:?}");
    }

    /// Lets all waiting tasks go on, if the primitives are correct.
    pub fn wind_up(&self) {
        if let Some(mut state) = self.shared.lock.try_acquire() {
            state.round += 1;
            state.notify_all(&Condition::<State, Shared<0>>::shared());
            state.notify_all(&Condition::<State, Shared<1>>::shared());
            self.shared.queue.notify_all(0);
            self.shared.queue.notify_all(1);
        }
        self.set();
        self.event.clear();
        self.end_meeting(Barrier::abort);
        self.end_meeting(Barrier::reset);
        let missing = MOST.cast_signed() - self.semaphore.spare.load(Ordering::Relaxed);
        self.add(missing.max(0).cast_unsigned());
    }

    /// Checks the invariants when all tasks have ended.
    ///
    /// # Panics
    ///
    /// Panics if one is violated.
    pub fn check_end(&self) {
        self.check_idle();
        self.plain.check_end();
        self.shared.check_end();
        assert_eq!(self.barrier.waiting(), 0);
        assert!(format!("{:?}", self.event).ends_with("waiters: 0 }"));
        assert!(format!("{:?}", self.semaphore.source).ends_with("waiters: 0 }"));
        is_idle(&self.bounded.source, "BoundedSemaphore { permits: 4/4, waiters: 0 }");
    }

    pub(crate) fn keep(&self, who: usize, relay: Arc<Relay>) {
        self.relays[who].lock().unwrap_or_else(PoisonError::into_inner).push(relay);
    }

    pub(crate) fn set(&self) {
        let before = self.awaiting.now();
        self.event.set();
        self.awaiting.broadcast(before);
    }

    pub(crate) fn end_meeting(&self, end: impl FnOnce(&Barrier)) {
        let before = self.meeting.now();
        end(&self.barrier);
        self.meeting.broadcast(before);
    }

    pub(crate) fn add(&self, permits: usize) {
        self.semaphore.spare.fetch_add(permits.cast_signed(), Ordering::Relaxed);
        self.semaphore.source.release_many(permits);
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

#[track_caller]
fn is_idle(primitive: &impl Debug, idle: &str) {
    assert_eq!(format!("{primitive:?}"), idle);
}

// === impl Monitor, Pool ===

impl<const N: usize> Monitor<N>
where
    State: Conditions<N>,
{
    fn new(lock: Lock<State, N>, queue: ObservedQueue) -> Self {
        Self {
            lock: Arc::new(lock),
            queue,
            taken: AtomicBool::new(false),
            entries: AtomicU64::new(0),
        }
    }

    /// A task has acquired the lock.
    pub(crate) fn enter(&self, state: &mut State) -> Alone<'_> {
        let alone = self.come_back();
        state.entries += 1;
        self.entries.fetch_add(1, Ordering::Relaxed);
        alone
    }

    /// A task has reacquired the lock.
    pub(crate) fn come_back(&self) -> Alone<'_> {
        assert!(!self.taken.swap(true, Ordering::Relaxed), "two tasks hold the lock");
        Alone(&self.taken)
    }

    fn check_end(&self) {
        let state = self.lock.try_acquire().expect("all tasks have ended");
        assert_eq!(state.entries, self.entries.load(Ordering::Relaxed), "an entry was lost");
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl<S: Debug> Pool<S> {
    fn new(source: S, permits: usize, ledger: Option<Ledger>, queue: ObservedQueue) -> Self {
        Self {
            source: Arc::new(source),
            queue,
            spare: AtomicIsize::new(permits.cast_signed()),
            ledger,
        }
    }

    /// A task has acquired permits.
    pub(crate) fn count(&self, permits: usize) -> Counted<'_> {
        let permits = permits.cast_signed();
        let spare = self.spare.fetch_sub(permits, Ordering::Relaxed);
        assert!(spare >= permits, "{permits} permits acquired of {spare}");
        if let (true, Some(Ledger(entries))) = (permits == MOST.cast_signed(), &self.ledger) {
            // SAFETY: all permits of the bounded semaphore are held here, so access is exclusive.
            // Whether holders are ordered is what is tested.
            unsafe { *entries.get() += 1 };
        }
        Counted { spare: &self.spare, permits }
    }

    /// Whether an acquire may have to wait.
    pub(crate) fn is_scarce(&self) -> bool {
        self.spare.load(Ordering::Relaxed) < MOST.cast_signed()
    }

    fn check_idle(&self, available: usize) {
        let all = usize::try_from(self.spare.load(Ordering::Relaxed)).expect("not negative");
        self.queue.check_idle(|wanted| wanted <= all);
        if format!("{:?}", self.source).ends_with("waiters: 0 }") {
            assert_eq!(available, all, "permits of {:?} were lost or created", self.source);
        } else {
            assert!(all < MOST, "lost wake-up: {:?} has {all} permits", self.source);
        }
    }
}

// === impl Counted ===

impl Counted<'_> {
    pub(crate) fn split(&mut self, permits: usize) -> Self {
        let permits = permits.cast_signed();
        self.permits -= permits;
        Self { spare: self.spare, permits }
    }

    pub(crate) fn merge(&mut self, mut other: Self) {
        self.permits += std::mem::take(&mut other.permits);
    }

    /// The permits are not returned.
    pub(crate) fn forget(mut self) {
        self.permits = 0;
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.spare.fetch_add(self.permits, Ordering::Relaxed);
    }
}
