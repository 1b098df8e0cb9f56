//! What is leaked, be it a guard, a permit or a future in any state, keeps what it has or is given,
//! and does no other harm.

use std::mem::forget;
use std::sync::Arc;

use underlock::{
    Barrier, BarrierPosition, BoundedSemaphore, Condition, Event, Lock, Semaphore, guarded,
};

use crate::support::{Polled, at_once};

/// Those who wait for what was leaked come and go, and none of them is woken.
#[track_caller]
fn come_and_go<'a, T: 'a, F: Future<Output = T> + 'a>(wait: impl Fn() -> F) {
    let [first, second, last] = [(); 3].map(|()| Polled::blocked(wait()));
    second.cancel();
    first.cancel();
    assert!(!last.is_woken());
    last.cancel();
}

// === locks ===

#[test]
fn guard() {
    let lock = Arc::new(Lock::new(()));
    forget(at_once(lock.acquire()));
    come_and_go(|| lock.acquire());
    assert!(lock.try_acquire().is_none());
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 0 }");

    let lock = Arc::new(Lock::new(()));
    forget(Arc::clone(&lock).try_acquire_owned());
    come_and_go(|| Arc::clone(&lock).acquire_owned());
    assert!(lock.try_acquire().is_none());
    assert_eq!(Arc::strong_count(&lock), 2, "the guard owned its share");
}

/// The lock is handed to the one that was leaked in its turn, and not before.
#[test]
fn acquire_in_line() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let mut before = Polled::blocked(lock.acquire());
    forget(Polled::blocked(lock.acquire()));
    let after = Polled::blocked(lock.acquire());
    guard.release();
    before.must_go_on().release();
    assert!(!after.is_woken());
    after.cancel();
    come_and_go(|| lock.acquire());
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 0 }");
}

#[test]
fn acquire_granted() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let granted = Polled::blocked(lock.acquire());
    guard.release();
    forget(granted);
    come_and_go(|| lock.acquire());
    assert!(lock.try_acquire().is_none());
}

/// The lock may go before what was leaked in its line, and its data goes with it.
#[test]
fn lock_goes_first() {
    let data = Arc::new(());
    let lock = Lock::new(Arc::clone(&data));
    let guard = at_once(lock.acquire());
    forget(Polled::blocked(lock.acquire()));
    drop(guard);
    drop(lock);
    assert_eq!(Arc::strong_count(&data), 1);
}

// === conditions ===

#[test]
fn wait_never_polled() {
    let condition = Condition::new(());
    forget(Box::pin(at_once(condition.acquire()).wait()));
    come_and_go(|| condition.acquire());
    assert!(condition.is_locked());
}

fn parked(condition: &Condition) -> Polled<'_, ()> {
    Polled::blocked(async { condition.acquire().await.wait().await.release() })
}

/// It takes the notification that was meant for it, and holds up nobody else.
#[test]
fn wait_parked() {
    let condition = Condition::new(());
    forget(parked(&condition));
    let mut next = parked(&condition);
    let guard = at_once(condition.acquire());
    guard.notify(2);
    let mut queued = Polled::blocked(condition.acquire());
    guard.release();
    drop(queued.must_go_on());
    next.must_go_on_out_of_order();
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

#[test]
fn wait_notified() {
    let condition = Condition::new(());
    let [first, mut second] = [(); 2].map(|()| parked(&condition));
    let guard = at_once(condition.acquire());
    guard.notify_all();
    forget(first);
    guard.release();
    second.must_go_on_out_of_order();
    assert!(!condition.is_locked());
}

/// Polled while the lock was held, it queues, and the lock is handed to it.
#[test]
fn wait_granted() {
    let condition = Condition::new(());
    let [mut first, second] = [(); 2].map(|()| parked(&condition));
    let guard = at_once(condition.acquire());
    guard.notify_all();
    first.must_wait();
    guard.release();
    forget(first);
    second.cancel();
    come_and_go(|| condition.acquire());
    assert!(condition.is_locked());
}

#[guarded]
struct Shared {
    lock: Lock,
    #[condition(lock)]
    one: Condition,
    #[condition(lock)]
    other: Condition,
}

/// A condition does not know of what was leaked at another of the same lock.
#[test]
fn wait_for_another_condition() {
    let shared = Shared {
        lock: Lock::new(SharedLock {}),
        one: Condition::shared(),
        other: Condition::shared(),
    };
    forget(Polled::blocked(at_once(shared.lock.acquire()).wait(&shared.one)));
    let mut waiting = Polled::blocked(at_once(shared.lock.acquire()).wait(&shared.other));
    let guard = at_once(shared.lock.acquire());
    guard.notify_one(&shared.other);
    guard.release();
    drop(waiting.must_go_on());
    assert!(shared.lock.try_acquire().is_some());
}

// === semaphores ===

#[test]
fn permit() {
    let semaphore = Arc::new(Semaphore::new(3));
    forget(semaphore.try_acquire());
    forget(Arc::clone(&semaphore).try_acquire_owned());
    assert_eq!(semaphore.available_permits(), 1);
    come_and_go(|| semaphore.acquire_many(2));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 1, waiters: 0 }");
    semaphore.release();
    drop(at_once(semaphore.acquire_many(2)));
}

/// It keeps what it is given, and those behind it are served once it has all it wants.
#[test]
fn acquire_permits_in_line() {
    let semaphore = BoundedSemaphore::new(3);
    let [one, two] = [semaphore.try_acquire(), semaphore.try_acquire_many(2)];
    forget(Polled::blocked(semaphore.acquire_many(2)));
    let mut after = Polled::blocked(semaphore.acquire());
    drop(one);
    assert!(!after.is_woken());
    drop(two);
    drop(after.must_go_on());
    assert_eq!(format!("{semaphore:?}"), "BoundedSemaphore { permits: 1/3, waiters: 0 }");
}

/// However many were given permits and leaked, whoever waits for more is left in peace.
#[test]
fn acquire_permits_given() {
    for leaked in [1, 31, 32, 33, 100] {
        let semaphore = Semaphore::new(0);
        let given: Vec<_> = (0..leaked).map(|_| Polled::blocked(semaphore.acquire())).collect();
        semaphore.release_many(leaked);
        given.into_iter().for_each(forget);
        let mut next = Polled::blocked(semaphore.acquire());
        let mut polls = 0;
        while next.is_woken() {
            next.must_wait();
            polls += 1;
            assert!(polls < 10, "it is woken for ever, with {leaked} leaked");
        }
        semaphore.release();
        drop(next.must_go_on());
        assert_eq!(semaphore.available_permits(), 1);
    }
}

// === events and barriers ===

#[test]
fn event_wait() {
    let event = Event::new();
    forget(Polled::blocked(event.wait()));
    let mut waiting = Polled::blocked(event.wait());
    event.set();
    waiting.must_go_on();
    event.clear();
    come_and_go(|| event.wait());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 0 }");
}

/// It has arrived, for this one round.
#[test]
fn barrier_wait() {
    let barrier = Barrier::new(3);
    forget(Polled::blocked(barrier.wait()));
    let mut second = Polled::blocked(barrier.wait());
    assert_eq!(at_once(barrier.wait()).map(BarrierPosition::index), Ok(2));
    assert_eq!(second.must_go_on().map(BarrierPosition::index), Ok(1));
    assert_eq!(barrier.waiting(), 0);

    forget(Polled::blocked(barrier.wait()));
    barrier.reset();
    assert_eq!(barrier.waiting(), 0);
}

/// It neither arrives nor breaks the barrier.
#[test]
fn party() {
    let [leaked, mut second] = Barrier::split();
    forget(leaked);
    Polled::blocked(second.wait()).cancel();
    Polled::blocked(second.wait()).cancel();
}
