//! Wakers are foreign code: one that panics strands no other waiter, and one that re-enters the
//! primitive that wakes it finds it in a consistent state.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};

use underlock::{Barrier, Condition, Event, Lock, Semaphore};

use crate::support::{Polled, at_once};

/// More waiters than one batch of wakers holds.
const MANY: usize = 100;
/// Interesting queue positions: both ends, and the boundaries of batches.
const PLACES: [usize; 7] = [0, 1, 31, 32, 33, 64, MANY - 1];

struct PanicsWhenWoken;

impl Wake for PanicsWhenWoken {
    fn wake(self: Arc<Self>) {
        panic!("the waker's own panic");
    }
}

struct PanicsWhenDropped;

impl Wake for PanicsWhenDropped {
    fn wake(self: Arc<Self>) {}
}

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("the waker's own panic");
    }
}

/// Runs a closure when it is first woken.
struct Does(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Does {
    fn waker(something: impl FnOnce() + Send + 'static) -> Waker {
        Waker::from(Arc::new(Self(Mutex::new(Some(Box::new(something))))))
    }
}

impl Wake for Does {
    fn wake(self: Arc<Self>) {
        let something = self.0.lock().unwrap().take();
        if let Some(something) = something {
            something();
        }
    }
}

fn panics(act: impl FnOnce()) {
    let message = *catch_unwind(AssertUnwindSafe(act))
        .expect_err("the waker's panic propagates")
        .downcast::<&str>()
        .expect("the payload is a string");
    assert_eq!(message, "the waker's own panic");
}

/// `n` queued futures, of which the one in `place` has a waker that panics.
fn queued<'a, F: Future + 'a>(
    n: usize,
    place: usize,
    future: impl Fn() -> F,
) -> Vec<Polled<'a, F::Output>> {
    (0..n)
        .map(|other| {
            let mut polled = Polled::new(future());
            let outcome = if other == place {
                polled.poll_with(&Waker::from(Arc::new(PanicsWhenWoken)))
            } else {
                polled.poll()
            };
            assert!(outcome.is_pending());
            polled
        })
        .collect()
}

/// All waiters were released, and all but the one whose waker panicked were woken.
fn all_go_on<T>(mut waiting: Vec<Polled<'_, T>>, place: usize) -> Vec<T> {
    let mut panicked = waiting.remove(place);
    assert!(panicked.poll().is_ready(), "released, woken or not");
    waiting.iter_mut().map(Polled::must_go_on).collect()
}

// === wakers that panic ===

#[test]
fn panic_while_an_event_is_set() {
    for place in PLACES {
        let event = Event::new();
        let waiting = queued(MANY, place, || event.wait());
        panics(|| event.set());
        assert!(event.is_set());
        all_go_on(waiting, place);
        event.clear();
        assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 0 }");
    }
}

#[test]
fn panic_while_permits_are_released() {
    for place in PLACES {
        let semaphore = Semaphore::new(0);
        let waiting = queued(MANY, place, || semaphore.acquire());
        panics(|| semaphore.release_many(MANY + 3));
        assert_eq!(all_go_on(waiting, place).len(), MANY - 1);
        // All permits have been dropped.
        assert_eq!(semaphore.available_permits(), MANY + 3);
    }
}

#[test]
fn panic_while_a_permit_is_dropped() {
    let semaphore = Semaphore::new(2);
    let permit = at_once(semaphore.acquire_many(2));
    let mut waiting = queued(2, 0, || semaphore.acquire());
    panics(|| drop(permit));
    let mut second = waiting.remove(1);
    drop(second.must_go_on());
    // The first was granted its permit, and returns it when it is cancelled.
    assert_eq!(semaphore.available_permits(), 1);
    drop(waiting);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn panic_while_a_cancelled_acquire_passes_permits_on() {
    let semaphore = Semaphore::new(2);
    let permit = at_once(semaphore.acquire());
    let mut first = Polled::new(semaphore.acquire_many(2));
    assert!(first.poll().is_pending());
    let mut waiting = queued(2, 0, || semaphore.acquire());
    panics(|| first.cancel());
    drop(permit);
    waiting[1].must_go_on().forget();
    assert!(waiting[0].poll().is_ready());
}

#[test]
fn panic_while_a_barrier_trips() {
    for place in PLACES {
        let barrier = Barrier::new(MANY + 1);
        let waiting = queued(MANY, place, || barrier.wait());
        panics(|| _ = at_once(barrier.wait()));
        assert_eq!(barrier.waiting(), 0);
        assert!(all_go_on(waiting, place).iter().all(Result::is_ok));
    }
}

#[test]
fn panic_while_a_barrier_is_reset_or_aborted() {
    for abort in [false, true] {
        for place in PLACES {
            let barrier = Barrier::new(MANY + 1);
            let waiting = queued(MANY, place, || barrier.wait());
            panics(|| if abort { barrier.abort() } else { barrier.reset() });
            assert_eq!((barrier.waiting(), barrier.is_broken()), (0, abort));
            assert!(all_go_on(waiting, place).iter().all(Result::is_err));
        }
    }
}

#[test]
fn panic_while_a_lock_is_released() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let mut waiting = queued(3, 0, || lock.acquire());
    panics(|| guard.release());
    assert!(lock.is_locked(), "the hand-off has happened");
    let last = waiting.pop().expect("three waiters");
    let mut second = waiting.pop().expect("three waiters");
    drop(waiting);
    drop(second.must_go_on());
    assert!(last.is_woken());
    last.cancel();
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
}

#[test]
fn panic_while_a_cancelled_acquire_passes_the_lock_on() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let first = Polled::blocked(lock.acquire());
    let mut waiting = queued(1, 0, || lock.acquire());
    guard.release();
    panics(|| first.cancel());
    assert!(waiting[0].poll().is_ready());
    drop(waiting);
    assert!(!lock.is_locked());
}

#[test]
fn panic_while_a_notified_waiter_is_woken() {
    let condition = Condition::new(());
    let wait = || async { condition.acquire().await.wait().await.release() };
    let mut waiting = queued(3, 0, wait);
    let guard = at_once(condition.acquire());
    guard.notify_all();
    panics(|| guard.release());
    assert!(!condition.is_locked());
    // To the condition it counts as woken. Cancelled, it passes the notification on.
    drop(waiting.remove(0));
    waiting[0].must_go_on();
    waiting[1].must_go_on();
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Waiting releases the lock to a waiter whose waker panics.
#[test]
fn panic_while_a_wait_releases_the_lock() {
    let condition = Condition::new(());
    let guard = at_once(condition.acquire());
    let mut next = queued(1, 0, || condition.acquire());
    let mut waiting = Polled::new(guard.wait());
    panics(|| _ = waiting.poll());
    drop(waiting);
    assert!(next[0].poll().is_ready());
    drop(next);
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The queue holds the last reference to a waker that panics when it is dropped.
fn poll_with_bomb<T>(polled: &mut Polled<'_, T>) {
    let waker = Waker::from(Arc::new(PanicsWhenDropped));
    assert!(polled.poll_with(&waker).is_pending());
}

#[test]
fn panic_while_a_waker_is_dropped() {
    // Cancelled.
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let mut first = Polled::new(lock.acquire());
    poll_with_bomb(&mut first);
    let mut next = Polled::blocked(lock.acquire());
    panics(|| first.cancel());
    guard.release();

    // Polled with another waker.
    let guard = next.must_go_on();
    let mut first = Polled::new(lock.acquire());
    poll_with_bomb(&mut first);
    panics(|| _ = first.poll());
    let mut next = Polled::blocked(lock.acquire());
    guard.release();
    drop(first.must_go_on());
    drop(next.must_go_on());
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");

    let event = Event::new();
    let mut first = Polled::new(event.wait());
    poll_with_bomb(&mut first);
    let mut next = Polled::blocked(event.wait());
    panics(|| first.cancel());
    event.set();
    next.must_go_on();

    let semaphore = Semaphore::new(3);
    let permit = at_once(semaphore.acquire_many(2));
    let mut first = Polled::new(semaphore.acquire_many(2));
    poll_with_bomb(&mut first);
    let mut next = Polled::blocked(semaphore.acquire());
    panics(|| first.cancel());
    drop(next.must_go_on());
    permit.release();
    assert_eq!(semaphore.available_permits(), 3);

    let barrier = Barrier::new(2);
    let mut first = Polled::new(barrier.wait());
    poll_with_bomb(&mut first);
    panics(|| first.cancel());
    assert_eq!(barrier.waiting(), 0);
}

/// The remainder of a take-over is granted to other waiters, one of which can't be woken: no permit
/// is lost.
#[test]
fn panic_while_permits_are_taken_over() {
    let semaphore = Semaphore::new(2);
    let waker = Does::waker(|| ());
    let held = at_once(semaphore.acquire_many(2));
    let mut unpolled = Polled::new(semaphore.acquire_many(2));
    assert!(unpolled.poll_with(&waker).is_pending());
    let mut next = Polled::new(semaphore.acquire());
    assert!(next.poll_with(&Waker::from(Arc::new(PanicsWhenWoken))).is_pending());
    held.release();
    let mut second = Polled::new(semaphore.acquire());
    for _ in 0..2 {
        assert!(second.poll_with(&waker).is_pending());
    }
    panics(|| _ = second.poll_with(&waker));
    drop((unpolled, next, second));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, waiters: 0 }");
}

/// The permit is granted while the waker is cloned, so the clone is not needed.
#[test]
fn panic_while_a_spare_waker_is_dropped() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    static VTABLE: RawWakerVTable = RawWakerVTable::new(
        |data| {
            SEMAPHORE.release();
            RawWaker::new(data, &VTABLE)
        },
        |_| (),
        |_| (),
        |_| panic!("the waker's own panic"),
    );

    // SAFETY: the data is not used, and the functions are thread-safe.
    let waker = ManuallyDrop::new(unsafe { Waker::new(std::ptr::null(), &VTABLE) });
    let mut first = Polled::new(SEMAPHORE.acquire());
    panics(|| _ = first.poll_with(&waker));
    drop(first);
    assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 1, waiters: 0 }");
}

// === wakers that re-enter the primitive ===

/// A future that a waker can reach.
type Shelf<T> = Arc<Mutex<Option<std::pin::Pin<Box<dyn Future<Output = T> + Send>>>>>;

type Shelves<T> = Arc<Mutex<Vec<Shelf<T>>>>;

/// Queues a future with a waker that runs `something`.
fn shelve<T: 'static>(
    future: impl Future<Output = T> + Send + 'static,
    something: impl FnOnce(Shelf<T>) + Send + 'static,
) -> Shelf<T> {
    let shelf: Shelf<T> = Arc::new(Mutex::new(Some(Box::pin(future))));
    let waker = Does::waker({
        let shelf = shelf.clone();
        move || something(shelf)
    });
    let mut place = shelf.lock().unwrap();
    let future = place.as_mut().expect("just stored");
    let mut cx = std::task::Context::from_waker(&waker);
    assert!(future.as_mut().poll(&mut cx).is_pending());
    drop(place);
    shelf
}

/// Drops the stored future.
fn discard<T>(shelf: &Shelf<T>) {
    let future = shelf.lock().unwrap().take();
    drop(future.expect("discarded once"));
}

#[test]
fn an_events_waker_reenters_it() {
    static EVENT: Event = Event::new();
    let mut before = Polled::blocked(EVENT.wait());
    let shelf = shelve(EVENT.wait(), |shelf| {
        assert!(EVENT.is_set());
        EVENT.clear();
        EVENT.set();
        EVENT.clear();
        discard(&shelf);
        let late = Polled::blocked(EVENT.wait());
        assert!(!format!("{EVENT:?}").is_empty());
        late.cancel();
    });
    let mut after: Vec<_> = (0..MANY).map(|_| Polled::blocked(EVENT.wait())).collect();
    EVENT.set();
    before.must_go_on();
    after.iter_mut().for_each(Polled::must_go_on);
    assert!(shelf.lock().unwrap().is_none());
    assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiters: 0 }");
}

/// Neither woken waiters nor the sentinel between batches are counted.
#[test]
fn an_event_counts_the_remaining_waiters() {
    static EVENT: Event = Event::new();
    static LEFT: AtomicUsize = AtomicUsize::new(MANY);
    static TOO_MANY: AtomicUsize = AtomicUsize::new(0);
    let waiting: Vec<_> = (0..MANY)
        .map(|_| {
            let mut waiting = Polled::new(EVENT.wait());
            let waker = Does::waker(|| {
                let left = LEFT.fetch_sub(1, Ordering::Relaxed) - 1;
                let shown = format!("{EVENT:?}");
                let counted = shown.strip_prefix("Event { set: true, waiters: ").unwrap();
                let counted: usize = counted.trim_end_matches(" }").parse().unwrap();
                TOO_MANY.fetch_add(counted.saturating_sub(left), Ordering::Relaxed);
            });
            assert!(waiting.poll_with(&waker).is_pending());
            waiting
        })
        .collect();
    EVENT.set();
    assert_eq!(LEFT.load(Ordering::Relaxed), 0);
    assert_eq!(TOO_MANY.load(Ordering::Relaxed), 0);
    drop(waiting);
}

/// A waker drops other futures while their event wakes them.
#[test]
fn an_events_waker_drops_others() {
    static EVENT: Event = Event::new();
    let others: Shelves<()> = Arc::default();
    let mut victims: Vec<_> = (0..MANY / 2).map(|_| shelve(EVENT.wait(), drop)).collect();
    let killer = shelve(EVENT.wait(), {
        let others = others.clone();
        move |_| others.lock().unwrap().iter().for_each(discard)
    });
    victims.extend((0..MANY / 2).map(|_| shelve(EVENT.wait(), drop)));
    others.lock().unwrap().clone_from(&victims);
    let mut last = Polled::blocked(EVENT.wait());
    EVENT.set();
    last.must_go_on();
    assert!(victims.iter().all(|victim| victim.lock().unwrap().is_none()));
    drop(killer);
    EVENT.clear();
    assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiters: 0 }");
}

#[test]
fn a_locks_waker_reenters_it() {
    static LOCK: Lock = Lock::new(());
    let guard = at_once(LOCK.acquire());
    let shelf = shelve(LOCK.acquire(), |shelf| {
        assert!(LOCK.try_acquire().is_none(), "direct hand-off");
        assert_eq!(format!("{LOCK:?}"), "Lock { locked: true, waiters: 1 }");
        discard(&shelf);
    });
    let mut next = Polled::blocked(LOCK.acquire());
    guard.release();
    assert!(shelf.lock().unwrap().is_none());
    drop(next.must_go_on());
    assert!(!LOCK.is_locked());
}

#[test]
fn a_semaphores_waker_reenters_it() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    let victim = shelve(SEMAPHORE.acquire_many(2), drop);
    let other = victim.clone();
    let shelf = shelve(SEMAPHORE.acquire(), move |shelf| {
        SEMAPHORE.release();
        discard(&shelf);
        discard(&other);
        assert!(!format!("{SEMAPHORE:?}").is_empty());
    });
    let mut waiting: Vec<_> = (0..MANY).map(|_| Polled::blocked(SEMAPHORE.acquire())).collect();
    SEMAPHORE.release_many(MANY - 1);
    // Three were returned by cancelled waiters, one was added.
    for waiter in &mut waiting {
        waiter.must_go_on().forget();
    }
    assert_eq!(SEMAPHORE.available_permits(), 0);
    assert!(shelf.lock().unwrap().is_none() && victim.lock().unwrap().is_none());
}

/// The round is over before its first waiter is woken: a waker that uses the barrier is in the next
/// round.
#[test]
fn a_barriers_waker_reenters_it() {
    static BARRIER: Barrier = Barrier::new(MANY + 2);
    let shelf = shelve(BARRIER.wait(), |shelf| {
        assert_eq!(BARRIER.waiting(), 0);
        let next_round = Polled::blocked(BARRIER.wait());
        assert_eq!(BARRIER.waiting(), 1);
        next_round.cancel();
        BARRIER.abort();
        BARRIER.reset();
        discard(&shelf);
    });
    let mut waiting: Vec<_> = (0..MANY).map(|_| Polled::blocked(BARRIER.wait())).collect();
    assert!(at_once(BARRIER.wait()).is_ok());
    assert!(waiting.iter_mut().all(|waiter| waiter.must_go_on().is_ok()));
    assert!(shelf.lock().unwrap().is_none());
    assert_eq!(format!("{BARRIER:?}"), format!("Barrier {{ filling, waiting: 0/{} }}", MANY + 2));
}

/// Futures that a waker drops have passed already: no arrival is taken back.
#[test]
fn a_barriers_waker_drops_others() {
    static BARRIER: Barrier = Barrier::new(MANY + 2);
    // The first waker drops the other futures, the last of which are still queued.
    let others: Shelves<_> = Arc::default();
    let killer = shelve(BARRIER.wait(), {
        let others = others.clone();
        move |_| others.lock().unwrap().iter().for_each(discard)
    });
    let victims: Vec<_> = (0..MANY).map(|_| shelve(BARRIER.wait(), drop)).collect();
    others.lock().unwrap().clone_from(&victims);
    assert!(at_once(BARRIER.wait()).is_ok());
    assert!(victims.iter().all(|victim| victim.lock().unwrap().is_none()));
    drop(killer);
    assert_eq!(BARRIER.waiting(), 0);
}

#[test]
fn a_conditions_waker_reenters_it() {
    static CONDITION: Condition<u32> = Condition::new(0);
    let wait = || async { *CONDITION.acquire().await.wait().await += 1 };
    let shelf = shelve(wait(), |shelf| {
        let guard = CONDITION.try_acquire().expect("a notified waiter does not hold it yet");
        guard.notify_all();
        guard.release();
        discard(&shelf);
    });
    let mut next = Polled::blocked(wait());
    let last = Polled::blocked(wait());
    let guard = at_once(CONDITION.acquire());
    guard.notify_one();
    guard.release();
    assert!(shelf.lock().unwrap().is_none());
    // Notified by the waker, and woken in turn.
    next.must_go_on();
    assert!(last.is_woken());
    last.cancel();
    assert_eq!(*at_once(CONDITION.acquire()), 1);
}
