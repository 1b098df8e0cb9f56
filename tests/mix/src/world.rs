//! One of each primitive, and what has to hold of them.

use std::cell::UnsafeCell;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use underlock::{Barrier, BoundedSemaphore, Condition, Conditions, Event, Lock, Semaphore, Shared};

use crate::line::{Line, Order};
use crate::program::{MOST, Program};
use crate::relay::Relay;

/// What an engine can do and see.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// It runs one task at a time, at least between two steps of a primitive, so that the order of
    /// things can be written down and judged. Writing it down would hide races from a sanitizer.
    pub observes: bool,
    /// Each task has a thread of its own to block.
    pub blocks: bool,
}

/// One of each primitive, what has to hold of them, and who waits.
///
/// Everything that is counted is counted `Relaxed`: the primitives themselves have to order it.
pub struct World {
    pub(crate) engine: Engine,
    pub(crate) plain: Monitor<0>,
    pub(crate) shared: Monitor<2>,
    pub(crate) semaphore: Pool<Semaphore>,
    pub(crate) bounded: Pool<BoundedSemaphore>,
    pub(crate) event: Event,
    pub(crate) awaiting: Line,
    pub(crate) barrier: Barrier,
    pub(crate) meeting: Line,
    /// How often each position was given.
    pub(crate) positions: Vec<AtomicUsize>,
    /// Somebody left the barrier, perhaps with a position.
    pub(crate) somebody_left: AtomicBool,
    pub(crate) performed: AtomicUsize,
    /// What each task has had itself woken by. Kept to the end: who drops an `Arc` last
    /// synchronizes with a fence, which `ThreadSanitizer` can't see.
    relays: Vec<Mutex<Vec<Arc<Relay>>>>,
}

/// What a lock guards.
#[derive(Debug, Default)]
pub(crate) struct State {
    entries: u64,
    pub(crate) tokens: [usize; 2],
    /// How many times the program was wound up: who waits need not wait for a token after that.
    pub(crate) round: u64,
}

impl Conditions<2> for State {}

/// A lock, and who is where it lets one be.
pub(crate) struct Monitor<const N: usize> {
    pub(crate) lock: Arc<Lock<State, N>>,
    pub(crate) line: Line,
    taken: AtomicBool,
    entries: AtomicU64,
}

/// A semaphore, and how many of its permits nobody holds, be they free or on their way.
pub(crate) struct Pool<S> {
    pub(crate) source: Arc<S>,
    pub(crate) line: Line,
    spare: AtomicIsize,
    /// Of a bounded semaphore.
    ledger: Option<Ledger>,
}

/// Written by whoever holds all permits that there can be, for a sanitizer to see whether that is
/// one after another.
#[derive(Default)]
struct Ledger(UnsafeCell<u64>);

// SAFETY: the cell is only for who holds all permits of a bounded semaphore, see `Pool::count`.
unsafe impl Sync for Ledger {}

/// That nobody else is where one may be.
pub(crate) struct Alone<'w>(&'w AtomicBool);

/// Permits that are held. Goes before the permits do.
pub(crate) struct Counted<'w> {
    spare: &'w AtomicIsize,
    permits: isize,
}

// === impl World ===

impl World {
    /// For the tasks of a program, on such an engine.
    #[must_use]
    pub fn new(program: &Program, engine: Engine) -> Self {
        let line = |order| Line::new(order, engine.observes);
        Self {
            engine,
            plain: Monitor::new(Lock::new(State::default()), line(Order::Strict)),
            shared: Monitor::new(Lock::new(State::default()), line(Order::Strict)),
            semaphore: Pool::new(Semaphore::new(MOST - 1), MOST - 1, None, line(Order::Given)),
            bounded: Pool::new(
                BoundedSemaphore::new(MOST),
                MOST,
                Some(Ledger::default()),
                line(Order::Given),
            ),
            event: Event::new(),
            awaiting: line(Order::Told),
            barrier: Barrier::new(program.parties),
            meeting: line(Order::Told),
            positions: (0..program.parties).map(|_| AtomicUsize::new(0)).collect(),
            somebody_left: AtomicBool::new(false),
            performed: AtomicUsize::new(0),
            relays: program.scripts.iter().map(|_| Mutex::default()).collect(),
        }
    }

    /// How many operations have been performed.
    pub fn performed(&self) -> usize {
        self.performed.load(Ordering::Relaxed)
    }

    /// Checks what has to hold when no task can go on: nobody waits for something that there is.
    ///
    /// # Panics
    ///
    /// Panics if somebody does.
    pub fn check_idle(&self) {
        // Who holds a lock or permits waits for nothing, so all are free.
        let state = self.shared.lock.try_acquire();
        let state = state.unwrap_or_else(|| panic!("nobody releases {:?}", self.shared.lock));
        for side in 0..2 {
            let stranded = state.tokens[side] > 0 && self.shared.line.somebody_parks(side);
            assert!(!stranded, "there are tokens of side {side} and somebody waits for one");
        }
        drop(state);
        is_idle(&self.plain.lock, "Lock { locked: false, waiters: 0 }");
        is_idle(&self.shared.lock, "Lock { locked: false, waiters: 0 }");
        self.semaphore.check_idle(self.semaphore.source.available_permits());
        self.bounded.check_idle(self.bounded.source.available_permits());

        self.awaiting.check_idle(|_| false);
        let somebody_waits = !format!("{:?}", self.event).ends_with("waiters: 0 }");
        assert!(!(self.event.is_set() && somebody_waits), "somebody waits for {:?}", self.event);

        self.check_barrier();
    }

    fn check_barrier(&self) {
        self.meeting.check_idle(|_| false);
        let waiting = self.barrier.waiting();
        assert!(waiting < self.barrier.parties() && !(waiting > 0 && self.barrier.is_broken()));
        assert!(self.meeting.waiting().is_none_or(|met| met == waiting), "{:?}", self.barrier);

        let positions = self.positions.iter().map(|given| given.load(Ordering::Relaxed));
        let positions: Vec<_> = positions.collect();
        // Who comes last passes at once, so the last position tells how many rounds there were.
        let rounds = positions[self.barrier.parties() - 1];
        let left = self.somebody_left.load(Ordering::Relaxed);
        let is_right = |given: &usize| *given == rounds || left && *given < rounds;
        assert!(positions.iter().all(is_right), "so often each position was given: {positions:?}");
    }

    /// Lets all who wait go on, as far as the primitives do as they are told.
    pub fn wind_up(&self) {
        if let Some(mut state) = self.shared.lock.try_acquire() {
            state.round += 1;
            state.notify_all(&Condition::<State, Shared<0>>::shared());
            state.notify_all(&Condition::<State, Shared<1>>::shared());
            self.shared.line.notify_all(0);
            self.shared.line.notify_all(1);
        }
        self.set();
        self.event.clear();
        self.end_meeting(Barrier::abort);
        self.end_meeting(Barrier::reset);
        let missing = MOST.cast_signed() - self.semaphore.spare.load(Ordering::Relaxed);
        self.add(missing.max(0).cast_unsigned());
    }

    /// Checks what has to hold when all tasks have ended.
    ///
    /// # Panics
    ///
    /// Panics if it does not.
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
        self.awaiting.tell(before);
    }

    pub(crate) fn end_meeting(&self, end: impl FnOnce(&Barrier)) {
        let before = self.meeting.now();
        end(&self.barrier);
        self.meeting.tell(before);
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
    fn new(lock: Lock<State, N>, line: Line) -> Self {
        Self {
            lock: Arc::new(lock),
            line,
            taken: AtomicBool::new(false),
            entries: AtomicU64::new(0),
        }
    }

    /// Somebody has the lock.
    pub(crate) fn enter(&self, state: &mut State) -> Alone<'_> {
        let alone = self.come_back();
        state.entries += 1;
        self.entries.fetch_add(1, Ordering::Relaxed);
        alone
    }

    /// Somebody has the lock again.
    pub(crate) fn come_back(&self) -> Alone<'_> {
        assert!(!self.taken.swap(true, Ordering::Relaxed), "two have the lock");
        Alone(&self.taken)
    }

    fn check_end(&self) {
        let state = self.lock.try_acquire().expect("all are gone");
        assert_eq!(state.entries, self.entries.load(Ordering::Relaxed), "an entry was lost");
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl<S: Debug> Pool<S> {
    fn new(source: S, permits: usize, ledger: Option<Ledger>, line: Line) -> Self {
        Self {
            source: Arc::new(source),
            line,
            spare: AtomicIsize::new(permits.cast_signed()),
            ledger,
        }
    }

    /// Somebody has so many permits.
    pub(crate) fn count(&self, permits: usize) -> Counted<'_> {
        let permits = permits.cast_signed();
        let spare = self.spare.fetch_sub(permits, Ordering::Relaxed);
        assert!(spare >= permits, "{permits} permits are held of {spare}");
        if let (true, Some(Ledger(entries))) = (permits == MOST.cast_signed(), &self.ledger) {
            // SAFETY: all permits that there can be are held here, so nobody else comes here. That
            // one comes after another, and sees what it wrote, is what is tested.
            unsafe { *entries.get() += 1 };
        }
        Counted { spare: &self.spare, permits }
    }

    /// Whether somebody may have to wait.
    pub(crate) fn is_scarce(&self) -> bool {
        self.spare.load(Ordering::Relaxed) < MOST.cast_signed()
    }

    fn check_idle(&self, available: usize) {
        let all = usize::try_from(self.spare.load(Ordering::Relaxed)).expect("at least none");
        self.line.check_idle(|wanted| wanted <= all);
        if format!("{:?}", self.source).ends_with("waiters: 0 }") {
            assert_eq!(available, all, "permits of {:?} were lost or made", self.source);
        } else {
            assert!(all < MOST, "somebody waits for {:?}, of {all} permits", self.source);
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

    /// The permits do not come back.
    pub(crate) fn forget(mut self) {
        self.permits = 0;
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.spare.fetch_add(self.permits, Ordering::Relaxed);
    }
}
