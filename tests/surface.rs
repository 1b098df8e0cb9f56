//! Entry points that no other test uses, and `Debug` output.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use underlock::{
    Barrier, BoundedSemaphore, BrokenBarrier, Condition, Conditions, Event, Lock, Semaphore, Shared,
};

use crate::support::{Polled, at_once};

#[test]
fn lock() {
    let lock = Arc::new(Lock::new(7));
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    let guard = at_once(lock.acquire());
    let waiting = Polled::blocked(lock.acquire());
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 1 }");
    assert_eq!(format!("{guard:?} {guard}"), "7 7");
    guard.release();
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 0 }");
    drop(waiting);
    let owned = lock.clone().try_acquire_owned().unwrap();
    assert_eq!(format!("{owned:?} {owned}"), "7 7");
    assert_eq!(format!("{:?}", lock.acquire()), "Acquire { .. }");
}

#[test]
fn condition() {
    let condition = Condition::new(7);
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
    let guard = condition.try_acquire().unwrap();
    assert_eq!(format!("{guard:?}"), "7");
    assert_eq!(format!("{condition:?}"), "Condition { locked: true, waiters: 0 }");
    let waiting = Polled::blocked(guard.wait());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 1 }");
    drop(waiting);
}

#[test]
fn shared_condition() {
    struct State;
    impl Conditions<1> for State {}

    let condition = Condition::<State, Shared<0>>::shared();
    assert_eq!(format!("{condition:?}"), "Condition { .. }");
    let lock: Lock<State, 1> = Lock::new(State);
    let wait = lock.try_acquire().unwrap().wait(&condition);
    assert_eq!(format!("{wait:?}"), "Wait { .. }");
    drop(wait);
    let wait = lock.try_acquire().unwrap().wait_for(&condition, |_| false);
    assert_eq!(format!("{wait:?}"), "WaitFor { .. }");
    drop(wait);
    let wait = lock.try_acquire().unwrap().wait_for_some(&condition, |_| None::<()>);
    assert_eq!(format!("{wait:?}"), "WaitForSome { .. }");
}

#[test]
fn event() {
    let event = Event::new();
    let waiting = Polled::blocked(event.wait());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 1 }");
    event.set();
    assert_eq!(format!("{event:?}"), "Event { set: true, waiters: 0 }");
    assert_eq!(format!("{:?}", event.wait()), "EventWait { .. }");
    drop(waiting);
}

#[test]
fn semaphores() {
    let semaphore = Semaphore::new(3);
    let permit = semaphore.try_acquire_many(2).unwrap();
    assert_eq!(format!("{permit:?}"), "Permit { permits: 2, .. }");
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 1, waiters: 0 }");
    let waiting = Polled::blocked(semaphore.acquire_many(2));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 0, waiters: 1 }");
    assert_eq!(format!("{:?}", semaphore.acquire_many(2)), "AcquirePermit { wanted: 2, .. }");
    drop(waiting);

    let bounded = Arc::new(BoundedSemaphore::new(3));
    let permit = bounded.clone().try_acquire_owned().unwrap();
    assert_eq!(format!("{permit:?}"), "OwnedPermit { permits: 1, .. }");
    assert_eq!(format!("{bounded:?}"), "BoundedSemaphore { permits: 2/3, waiters: 0 }");
}

#[test]
fn barrier() {
    let barrier = Barrier::new(2);
    let mut first = Polled::blocked(barrier.wait());
    assert_eq!(format!("{barrier:?}"), "Barrier { filling, waiting: 1/2 }");
    assert_eq!(format!("{:?}", barrier.wait()), "BarrierWait { .. }");
    let last = at_once(barrier.wait()).unwrap();
    assert!(first.must_go_on().unwrap().is_leader());
    assert!(!last.is_leader());
    barrier.abort();
    assert_eq!(format!("{barrier:?}"), "Barrier { broken, waiting: 0/2 }");
    assert_eq!(BrokenBarrier.to_string(), "the barrier was reset or aborted");
}

/// For both kinds of semaphore.
macro_rules! every_way_to_a_permit {
    ($($name:ident: $semaphore:ident;)*) => {$(
        #[test]
        fn $name() {
            let semaphore = Arc::new($semaphore::new(3));
            let other = Arc::new($semaphore::new(1));
            let free = || (semaphore.available_permits(), semaphore.is_locked());

            let one = semaphore.try_acquire().unwrap();
            let mut two = semaphore.try_acquire_many(2).unwrap();
            assert_eq!(free(), (0, true));
            assert!(semaphore.try_acquire().is_none() && semaphore.try_acquire_many(2).is_none());
            assert!(semaphore.try_acquire_many(0).is_some());
            let half = two.split(1).unwrap();
            assert!(two.split(2).is_none());
            drop(half);
            assert_eq!(free(), (1, false));
            assert!(two.merge(other.try_acquire().unwrap()).is_err());
            two.merge(one).unwrap();
            two.release();
            assert_eq!(free(), (3, false));

            let one = semaphore.clone().try_acquire_owned().unwrap();
            let mut two = at_once(semaphore.clone().acquire_many_owned(2));
            assert_eq!(free(), (0, true));
            assert!(semaphore.clone().try_acquire_owned().is_none());
            assert!(semaphore.clone().try_acquire_many_owned(2).is_none());
            let half = two.split(1).unwrap();
            assert!(two.split(2).is_none());
            drop(half);
            assert_eq!(free(), (1, false));
            assert!(two.merge(at_once(other.clone().acquire_owned())).is_err());
            two.merge(one).unwrap();
            two.release();
            assert_eq!(free(), (3, false));
            drop(semaphore.clone().try_acquire_many_owned(3).unwrap());
            semaphore.try_acquire().unwrap().forget();
            assert_eq!(free(), (2, false));
        }
    )*};
}

every_way_to_a_permit! {
    every_way_to_a_permit_of_a_semaphore: Semaphore;
    every_way_to_a_permit_of_a_bounded_semaphore: BoundedSemaphore;
}

#[test]
fn data_without_a_guard() {
    let mut lock: Lock<_> = Lock::from(7);
    *lock.get_mut() += 1;
    assert_eq!(lock.into_inner(), 8);
}

/// asyncio's `locked()` is false until the next waiter has run.
#[test]
fn a_lock_is_locked_during_hand_off() {
    let lock = Lock::new(());
    let guard = lock.try_acquire().unwrap();
    let mut next = Polled::blocked(lock.acquire());
    guard.release();
    assert!(lock.is_locked());
    next.must_go_on().release();
    assert!(!lock.is_locked());
}

/// The future panics when polled, not the call that makes it.
#[tokio::test]
#[should_panic(expected = "no semaphore has that many permits")]
async fn more_owned_permits_than_there_can_be() {
    let semaphore = Arc::new(Semaphore::new(5));
    let made =
        catch_unwind(AssertUnwindSafe(|| semaphore.acquire_many_owned(Semaphore::MAX_PERMITS + 1)));
    let Ok(future) = made else { return };
    drop(future.await);
}

#[test]
#[should_panic(expected = "requested 4 permits from a `BoundedSemaphore` with a bound of 3")]
fn more_than_a_bounded_semaphore_can_have() {
    drop(BoundedSemaphore::new(3).acquire_many(4));
}
