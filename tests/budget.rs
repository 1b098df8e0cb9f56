//! A task that finds all it asks for free never has to wait, and lets others run all the same:
//! tokio's cooperative budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use underlock::{BoundedSemaphore, Condition, Conditions, Lock, Semaphore, Shared};

use crate::support::{Polled, at_once, spend_budget};

/// Whether another task gets to run while this one does something again and again.
async fn lets_others_run(mut again: impl AsyncFnMut()) -> bool {
    const MANY: usize = 10_000;
    let ran = Arc::new(AtomicBool::new(false));
    tokio::spawn({
        let ran = Arc::clone(&ran);
        async move { ran.store(true, Ordering::Relaxed) }
    });
    for _ in 0..MANY {
        again().await;
    }
    ran.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_free_lock() {
    let lock = Lock::new(());
    assert!(lets_others_run(async || drop(lock.acquire().await)).await);
}

#[tokio::test]
async fn free_permits() {
    let (semaphore, bounded) = (Semaphore::new(2), BoundedSemaphore::new(2));
    assert!(lets_others_run(async || drop(semaphore.acquire().await)).await);
    assert!(lets_others_run(async || drop(semaphore.acquire_many(2).await)).await);
    assert!(lets_others_run(async || drop(bounded.acquire().await)).await);
}

/// Nothing is taken where one has to wait, so a task that has spent its budget loses no time in
/// line.
#[tokio::test]
async fn it_costs_nothing_to_wait() {
    let (lock, semaphore) = (Lock::new(()), Semaphore::new(1));
    let held = (lock.try_acquire(), semaphore.try_acquire());
    spend_budget().await;
    let waiting = (Polled::blocked(lock.acquire()), Polled::blocked(semaphore.acquire()));
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 1 }");
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 0, waiters: 1 }");
    drop((held, waiting));
}

#[tokio::test]
async fn what_is_free_is_left_once_it_is_spent() {
    let (lock, semaphore, condition) = (Lock::new(()), Semaphore::new(1), Condition::new(()));
    let mut woken = Polled::blocked(at_once(condition.acquire()).wait());
    at_once(condition.acquire()).notify_one();
    spend_budget().await;
    drop((Polled::blocked(lock.acquire()), Polled::blocked(semaphore.acquire())));
    woken.must_wait();
    tokio::task::yield_now().await;
    woken.must_go_on().release();
}

#[tokio::test]
async fn it_costs_nothing_to_wait_again() {
    struct State;
    impl Conditions<1> for State {}

    let (lock, changed) = (Lock::<State, 1>::new(State), Condition::<State, Shared<0>>::shared());
    let mut waiting = Polled::blocked(at_once(lock.acquire()).wait(&changed));
    at_once(lock.acquire()).notify_one(&changed);
    let passing = at_once(lock.acquire());
    spend_budget().await;
    waiting.must_wait();
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 1 }");
    drop(passing);
}
