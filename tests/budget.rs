//! tokio's cooperative budget: a task that never has to wait, since all it acquires is free, yields
//! to other tasks all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use underlock::{
    Barrier, BarrierPosition, BoundedSemaphore, Busy, Closable, Condition, Conditions, Event, Lock,
    LockMap, Semaphore, Shared, guarded, sync_block,
};

use crate::support::{Polled, at_once, spend_budget};

const MANY: usize = 10_000;

/// Whether another task is polled while this one repeats an operation.
async fn lets_others_run(mut again: impl AsyncFnMut()) -> bool {
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

#[tokio::test]
async fn heads_that_do_not_wait() {
    let (lock, other) = (Lock::new(0), Lock::new(0));
    assert!(lets_others_run(async || drop(lock.now().await.unwrap())).await);
    let again = async || sync_block!(a = lock, b = other.now(), { *a += *b }).unwrap();
    assert!(lets_others_run(again).await);
    let _held = other.acquire().await;
    assert!(lets_others_run(async || assert!(other.now().await.is_err())).await);
    let again = async || sync_block!(a = lock, b = other.now(), { *a += *b }).unwrap_err();
    assert!(lets_others_run(async || assert_eq!(again().await, Busy)).await);
}

/// A lock that is free is entered, though the budget is spent.
#[tokio::test]
async fn a_head_that_does_not_wait_yields_and_enters() {
    let (lock, other) = (Lock::new(1), Lock::new(2));
    spend_budget().await;
    assert_eq!(sync_block!(value = lock.now(), { *value }), Ok(1));
    spend_budget().await;
    assert_eq!(sync_block!(a = lock, b = other.now(), { *a + *b }), Ok(3));
}

#[guarded]
struct Gate {
    lock: Lock,
    #[guarded(lock)]
    open: bool,
    #[condition(lock, when = |state| state.open)]
    opened: Condition,
}

#[tokio::test]
async fn a_declared_condition_that_is_true() {
    let gate = Gate { lock: Lock::new(GateLock { open: true }), opened: Condition::shared() };
    let Gate { lock, opened, .. } = &gate;
    assert!(lets_others_run(async || drop(lock.when(opened).await)).await);
    assert!(lets_others_run(async || drop(lock.when(opened).now().await.unwrap())).await);
    let mut guard = Some(lock.acquire().await);
    let again = async || {
        let state = guard.take().expect("it was put back");
        guard = Some(state.wait_until(opened).await);
    };
    assert!(lets_others_run(again).await);
    let again = async || {
        let state = guard.take().expect("it was put back");
        guard = Some(state.wait_until(opened).within(Duration::ZERO).await.0);
    };
    assert!(lets_others_run(again).await);
    drop(guard);
    gate.lock.acquire().await.open = false;
    assert!(lets_others_run(async || assert!(lock.when(opened).now().await.is_err())).await);
}

#[tokio::test]
async fn keys_and_closed_semaphores() {
    let keys = LockMap::<u32>::new();
    assert!(lets_others_run(async || drop(keys.key(&1).acquire().await)).await);
    assert!(lets_others_run(async || drop(keys.key(&1).now().await.unwrap())).await);
    let slots = Closable::new(Semaphore::new(1));
    assert!(lets_others_run(async || drop(slots.acquire().await.unwrap())).await);
    slots.close();
    assert!(lets_others_run(async || assert!(slots.acquire().await.is_err())).await);
}

#[tokio::test]
async fn a_set_event() {
    let event = Event::new();
    event.set();
    assert!(lets_others_run(async || event.wait().await).await);
}

#[tokio::test]
async fn a_barrier_of_one() {
    let (alone, broken) = (Barrier::new(1), Barrier::new(2));
    assert!(lets_others_run(async || assert!(alone.wait().await.unwrap().is_leader())).await);
    broken.abort();
    assert!(lets_others_run(async || assert!(broken.wait().await.is_err())).await);
}

#[tokio::test]
async fn a_true_predicate() {
    struct State;
    impl Conditions<1> for State {}

    let (lock, changed) = (Lock::<State, 1>::new(State), Condition::<State, Shared<0>>::shared());
    let mut guard = Some(lock.acquire().await);
    let again = async || {
        let state = guard.take().expect("it is put back");
        guard = Some(state.wait_for(&changed, |_| true).await);
    };
    assert!(lets_others_run(again).await);
    let again = async || {
        let state = guard.take().expect("it is put back");
        guard = Some(state.wait_for_some(&changed, |_| Some(())).await.0);
    };
    assert!(lets_others_run(again).await);

    let condition = Condition::new(());
    let mut guard = Some(condition.acquire().await);
    let again = async || {
        let state = guard.take().expect("it is put back");
        guard = Some(state.wait_for(|()| true).await);
    };
    assert!(lets_others_run(again).await);
}

/// Predicates are evaluated and permits taken only once the task may go on. The lock is free until
/// then.
#[tokio::test]
async fn no_predicate_is_evaluated_once_it_is_spent() {
    let inbox = Condition::new(vec![1]);
    let guard = inbox.acquire().await;
    spend_budget().await;
    let mut taking = Polled::blocked(guard.wait_for_some(Vec::pop));
    assert!(!inbox.is_locked());
    tokio::task::yield_now().await;
    inbox.try_acquire().expect("the lock is free").push(2);
    assert_eq!(taking.must_go_on().1, 2);
}

/// A loop over ready operations ends at its time limit.
#[tokio::test(start_paused = true)]
async fn a_time_limit_fires() {
    let event = Event::new();
    event.set();
    let busy = async {
        for _ in 0..MANY {
            event.wait().await;
        }
    };
    // The paused clock advances only when all tasks are blocked.
    let limit = tokio::time::timeout(Duration::from_millis(5), busy);
    let clock = async {
        tokio::time::advance(Duration::from_millis(10)).await;
    };
    assert!(tokio::join!(limit, clock).0.is_err());
}

/// An operation that has to wait consumes no budget, and is queued even if none is left.
#[tokio::test]
async fn waiting_costs_no_budget() {
    let (lock, semaphore) = (Lock::new(()), Semaphore::new(1));
    let (event, barrier) = (Event::new(), Barrier::new(2));
    let held = (lock.try_acquire(), semaphore.try_acquire());
    spend_budget().await;
    let waiting = (Polled::blocked(lock.acquire()), Polled::blocked(semaphore.acquire()));
    assert_eq!(format!("{lock:?}"), "Lock { locked: true, waiters: 1 }");
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 0, waiters: 1 }");
    drop((held, waiting));
    let waiting = (Polled::blocked(event.wait()), Polled::blocked(barrier.wait()));
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 1 }");
    assert_eq!(barrier.waiting(), 1);
    drop(waiting);
}

/// A released waiter is ready, whatever is left of the budget.
#[tokio::test]
async fn being_released_costs_no_budget() {
    let (event, barrier) = (Event::new(), Barrier::new(2));
    let mut waiting = Polled::blocked(event.wait());
    let mut arrived = Polled::blocked(barrier.wait());
    event.set();
    assert!(at_once(barrier.wait()).is_ok());
    spend_budget().await;
    waiting.must_go_on();
    assert!(arrived.must_go_on().is_ok());
}

/// A party that has to yield has not arrived: the round does not trip without it.
#[tokio::test]
async fn the_last_party_arrives_only_with_budget() {
    let barrier = Barrier::new(2);
    let mut first = Polled::blocked(barrier.wait());
    spend_budget().await;
    let mut last = Polled::blocked(barrier.wait());
    assert!(!first.is_woken());
    assert_eq!(barrier.waiting(), 1);
    tokio::task::yield_now().await;
    assert_eq!(last.must_go_on().map(BarrierPosition::index), Ok(1));
    assert_eq!(first.must_go_on().map(BarrierPosition::index), Ok(0));
}

#[tokio::test]
async fn nothing_is_acquired_once_it_is_spent() {
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
async fn waiting_again_costs_no_budget() {
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
