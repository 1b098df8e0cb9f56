//! A leaked guard, permit or future, in any state, keeps what it holds or is granted, and does no
//! other harm.

use std::mem::forget;
use std::sync::Arc;

use underlock::{
    Barrier, BarrierPosition, BoundedSemaphore, Condition, Event, Lock, Semaphore, guarded,
};

use crate::support::{Polled, at_once};

/// Queues waiters behind a leaked future and cancels them; none of them is woken.
#[track_caller]
fn queue_and_cancel<'a, T: 'a, F: Future<Output = T> + 'a>(wait: impl Fn() -> F) {
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
    queue_and_cancel(|| lock.acquire());
    assert!(lock.try_acquire().is_none());
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 0 }");

    let lock = Arc::new(Lock::new(()));
    forget(Arc::clone(&lock).try_acquire_owned());
    queue_and_cancel(|| Arc::clone(&lock).acquire_owned());
    assert!(lock.try_acquire().is_none());
    assert_eq!(Arc::strong_count(&lock), 2, "the guard owned its share");
}

/// The leaked future is granted the lock in FIFO order, not earlier.
#[test]
fn acquire_queued() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let mut before = Polled::blocked(lock.acquire());
    forget(Polled::blocked(lock.acquire()));
    let after = Polled::blocked(lock.acquire());
    guard.release();
    before.must_go_on().release();
    assert!(!after.is_woken());
    after.cancel();
    queue_and_cancel(|| lock.acquire());
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 0 }");
}

#[test]
fn acquire_granted() {
    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    let granted = Polled::blocked(lock.acquire());
    guard.release();
    forget(granted);
    queue_and_cancel(|| lock.acquire());
    assert!(lock.try_acquire().is_none());
}

/// A lock may be dropped, with its data, before a leaked guard that borrowed it.
#[test]
fn lock_dropped_first() {
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
    queue_and_cancel(|| condition.acquire());
    assert!(condition.is_locked());
}

fn parked(condition: &Condition) -> Polled<'_, ()> {
    Polled::blocked(async { condition.acquire().await.wait().await.release() })
}

/// It consumes its own notification, and affects no other waiter.
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

/// Polled while the lock was held, so it is queued, and granted the lock.
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
    queue_and_cancel(|| condition.acquire());
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

/// A condition is independent of futures leaked at another condition of the same lock.
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
    queue_and_cancel(|| semaphore.acquire_many(2));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 1, waiters: 0 }");
    semaphore.release();
    drop(at_once(semaphore.acquire_many(2)));
}

/// It keeps its grants; the waiters behind it are served once it has all its permits.
#[test]
fn acquire_permits_queued() {
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

/// Waiters don't poll in a busy loop, however many grants were leaked.
#[test]
fn acquire_permits_granted() {
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
            assert!(polls < 10, "a busy loop, with {leaked} leaked");
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
    queue_and_cancel(|| event.wait());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 0 }");
}

/// It has arrived, for this round only.
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
