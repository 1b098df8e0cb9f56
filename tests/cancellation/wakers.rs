//! Wakers are other people's code: one that panics strands nobody, and one that uses the primitive
//! that wakes it finds it in order.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};

use underlock::{Barrier, Condition, Event, Lock, Semaphore};

use crate::support::{Polled, at_once};

/// More than are woken in one go.
const MANY: usize = 100;
/// Places in line worth a try: ends, and where one batch of wakers ends and another begins.
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

/// Does something, once, when it is woken.
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
        .expect_err("the waker's panic is passed on")
        .downcast::<&str>()
        .expect("the message is text");
    assert_eq!(message, "the waker's own panic");
}

/// Futures in line, the one in `place` with a waker that panics.
fn in_line<'a, F: Future + 'a>(
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

/// All were given what they waited for, and all but the one whose waker panicked were woken.
fn all_go_on<T>(mut waiting: Vec<Polled<'_, T>>, place: usize) -> Vec<T> {
    let mut panicked = waiting.remove(place);
    assert!(panicked.poll().is_ready(), "what was given is there, woken or not");
    waiting.iter_mut().map(Polled::must_go_on).collect()
}

// === wakers that panic ===

#[test]
fn panic_while_an_event_is_set() {
    for place in PLACES {
        let event = Event::new();
        let waiting = in_line(MANY, place, || event.wait());
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
        let waiting = in_line(MANY, place, || semaphore.acquire());
        panics(|| semaphore.release_many(MANY + 3));
        assert_eq!(all_go_on(waiting, place).len(), MANY - 1);
        // All permits are dropped by now.
        assert_eq!(semaphore.available_permits(), MANY + 3);
    }
}

#[test]
fn panic_while_a_permit_is_dropped() {
    let semaphore = Semaphore::new(2);
    let permit = at_once(semaphore.acquire_many(2));
    let mut waiting = in_line(2, 0, || semaphore.acquire());
    panics(|| drop(permit));
    let mut second = waiting.remove(1);
    drop(second.must_go_on());
    // The first was given its permit, and passes it on when it goes.
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
    let mut waiting = in_line(2, 0, || semaphore.acquire());
    panics(|| first.cancel());
    drop(permit);
    waiting[1].must_go_on().forget();
    assert!(waiting[0].poll().is_ready());
}

#[test]
fn panic_while_a_barrier_trips() {
    for place in PLACES {
        let barrier = Barrier::new(MANY + 1);
        let waiting = in_line(MANY, place, || barrier.wait());
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
            let waiting = in_line(MANY, place, || barrier.wait());
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
    let mut waiting = in_line(3, 0, || lock.acquire());
    panics(|| guard.release());
    assert!(lock.is_locked(), "it was handed on all the same");
    let last = waiting.pop().expect("there are three");
    let mut second = waiting.pop().expect("there are three");
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
    let mut waiting = in_line(1, 0, || lock.acquire());
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
    let mut waiting = in_line(3, 0, wait);
    let guard = at_once(condition.acquire());
    guard.notify_all();
    panics(|| guard.release());
    assert!(!condition.is_locked());
    // It was woken, as far as the condition can tell. Going, it wakes the next.
    drop(waiting.remove(0));
    waiting[0].must_go_on();
    waiting[1].must_go_on();
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Beginning to wait gives the lock up, and whoever gets it has a waker that panics.
#[test]
fn panic_while_the_lock_is_given_up_to_wait() {
    let condition = Condition::new(());
    let guard = at_once(condition.acquire());
    let mut next = in_line(1, 0, || condition.acquire());
    let mut waiting = Polled::new(guard.wait());
    panics(|| _ = waiting.poll());
    drop(waiting);
    assert!(next[0].poll().is_ready());
    drop(next);
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The last reference to such a waker is the one in line.
fn poll_with_bomb<T>(polled: &mut Polled<'_, T>) {
    let waker = Waker::from(Arc::new(PanicsWhenDropped));
    assert!(polled.poll_with(&waker).is_pending());
}

#[test]
fn panic_while_a_waker_is_dropped() {
    // Where the future is dropped.
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let mut first = Polled::new(lock.acquire());
    poll_with_bomb(&mut first);
    let mut next = Polled::blocked(lock.acquire());
    panics(|| first.cancel());
    guard.release();

    // Where it is polled with another.
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

/// What is left of permits that were taken over goes to others, one of whom can't be woken: they are
/// all still there.
#[test]
fn panic_while_permits_are_taken_over() {
    let semaphore = Semaphore::new(2);
    let waker = Does::waker(|| ());
    let held = at_once(semaphore.acquire_many(2));
    let mut aside = Polled::new(semaphore.acquire_many(2));
    assert!(aside.poll_with(&waker).is_pending());
    let mut next = Polled::new(semaphore.acquire());
    assert!(next.poll_with(&Waker::from(Arc::new(PanicsWhenWoken))).is_pending());
    held.release();
    let mut second = Polled::new(semaphore.acquire());
    for _ in 0..2 {
        assert!(second.poll_with(&waker).is_pending());
    }
    panics(|| _ = second.poll_with(&waker));
    drop((aside, next, second));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, waiters: 0 }");
}

/// The permit comes while the waker is cloned, so that the clone is not needed.
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

    // SAFETY: the data is not used, and the functions work on any thread.
    let waker = ManuallyDrop::new(unsafe { Waker::new(std::ptr::null(), &VTABLE) });
    let mut first = Polled::new(SEMAPHORE.acquire());
    panics(|| _ = first.poll_with(&waker));
    drop(first);
    assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 1, waiters: 0 }");
}

// === wakers that use what wakes them ===

/// Keeps a future where a waker can get at it.
type Shelf<T> = Arc<Mutex<Option<std::pin::Pin<Box<dyn Future<Output = T> + Send>>>>>;

type Shelves<T> = Arc<Mutex<Vec<Shelf<T>>>>;

/// Puts a future in line whose waker does something.
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
    let future = place.as_mut().expect("just put there");
    let mut cx = std::task::Context::from_waker(&waker);
    assert!(future.as_mut().poll(&mut cx).is_pending());
    drop(place);
    shelf
}

/// Takes the future off its shelf and drops it.
fn discard<T>(shelf: &Shelf<T>) {
    let future = shelf.lock().unwrap().take();
    drop(future.expect("discarded once"));
}

#[test]
fn an_events_waker_uses_it() {
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

/// Who has been woken is not counted any more, nor is the place that tells one batch from the next.
#[test]
fn an_event_counts_those_left() {
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

/// A future that is dropped by the waker of another, while that is being woken.
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
fn a_locks_waker_uses_it() {
    static LOCK: Lock = Lock::new(());
    let guard = at_once(LOCK.acquire());
    let shelf = shelve(LOCK.acquire(), |shelf| {
        assert!(LOCK.try_acquire().is_none(), "it is handed on");
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
fn a_semaphores_waker_uses_it() {
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
    // Three came back from those who were dropped, one was added.
    for waiter in &mut waiting {
        waiter.must_go_on().forget();
    }
    assert_eq!(SEMAPHORE.available_permits(), 0);
    assert!(shelf.lock().unwrap().is_none() && victim.lock().unwrap().is_none());
}

/// The round is over before anybody is woken: what a waker does to the barrier is the next round's.
#[test]
fn a_barriers_waker_uses_it() {
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

/// Those who are dropped by the waker of another have passed already: they take nothing back.
#[test]
fn a_barriers_waker_drops_others() {
    static BARRIER: Barrier = Barrier::new(MANY + 2);
    // The first to be woken drops the rest, of whom the last are still in line.
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
fn a_conditions_waker_uses_it() {
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
    // Notified by the waker, and woken in its turn.
    next.must_go_on();
    assert!(last.is_woken());
    last.cancel();
    assert_eq!(*at_once(CONDITION.acquire()), 1);
}
