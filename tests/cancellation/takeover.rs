//! A take-over, by which a task consumes the grant of another of its futures, is fair to other
//! tasks.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::task::yield_now;
use tokio::time::timeout;
use underlock::{Condition, ConditionGuard, Lock, Semaphore};

use super::futurelock::{TIMEOUT, Task, WakeFlag, in_rounds};
use crate::support::{Polled, at_once};

/// The two futures swap queue positions: a waiter that is queued between them is granted next.
#[test]
fn the_two_futures_swap_queue_positions() {
    fn check<'a, P>(acquire: impl Fn() -> Polled<'a, P>, give: impl FnOnce()) {
        let woken = Arc::new(WakeFlag::default());
        let waker = Waker::from(woken.clone());
        let (mut unpolled, mut between) = (acquire(), acquire());
        let (mut second, mut last) = (acquire(), acquire());
        assert!(unpolled.poll_with(&waker).is_pending());
        between.must_wait();
        assert!(second.poll_with(&waker).is_pending());
        last.must_wait();

        give();
        drop(taken_over(&mut second, &waker));
        woken.take();
        drop(between.must_go_on());
        assert!(woken.take());
        assert!(!last.is_woken());
        assert!(unpolled.poll_with(&waker).is_ready());
        drop(last.must_go_on());
    }

    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    check(|| Polled::new(lock.acquire()), || guard.release());
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    let semaphore = Semaphore::new(2);
    let held = at_once(semaphore.acquire_many(2));
    check(|| Polled::new(semaphore.acquire_many(2)), || held.release());
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, waiters: 0 }");
}

/// Polls for as many rounds as a grant is reserved for the future that it belongs to.
#[track_caller]
fn taken_over<T>(future: &mut Polled<'_, T>, waker: &Waker) -> T {
    let acquired = (0..3).find_map(|_| into_option(future.poll_with(waker)));
    acquired.expect("futurelock")
}

fn into_option<T>(outcome: Poll<T>) -> Option<T> {
    match outcome {
        Poll::Ready(acquired) => Some(acquired),
        Poll::Pending => None,
    }
}

/// However often a task acquires, its unpolled future does not keep other tasks from the grant.
#[test]
fn an_unpolled_future_starves_no_other_task() {
    fn check<'a, P>(
        mut acquire: impl FnMut() -> Polled<'a, P>,
        mut other: Polled<'a, P>,
        begin: impl FnOnce(&mut Polled<'a, P>, &mut Polled<'a, P>),
    ) {
        let waker = Waker::from(Arc::new(Task));
        let mut unpolled = acquire();
        assert!(unpolled.poll_with(&waker).is_pending());
        begin(&mut unpolled, &mut other);
        for _ in 0..2 {
            let mut again = acquire();
            drop((0..3).find_map(|_| into_option(again.poll_with(&waker))));
            if other.is_woken() {
                drop(other.must_go_on());
                return;
            }
        }
        panic!("the other task starves while the first acquires again and again");
    }

    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    check(
        || Polled::new(lock.acquire()),
        Polled::new(lock.acquire()),
        |_, other| {
            other.must_wait();
            guard.release();
        },
    );
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");

    let semaphore = Semaphore::new(5);
    let held = at_once(semaphore.acquire_many(5));
    let mut wanted = [1, 5, 5].into_iter();
    check(
        || Polled::new(semaphore.acquire_many(wanted.next().expect("three futures at most"))),
        Polled::new(semaphore.acquire_many(5)),
        |_, other| {
            other.must_wait();
            held.release();
        },
    );
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 5, waiters: 0 }");
}

type Woken<'a> = Polled<'a, ConditionGuard<'a, ()>>;

/// Two waiters that were notified together and woken, neither polled since, and the guard of a task
/// that has barged in twice.
fn two_woken<'a>(
    condition: &'a Condition,
    begin: impl FnOnce(&mut Woken<'a>),
) -> (Woken<'a>, Woken<'a>, ConditionGuard<'a, ()>) {
    let mut first = Polled::new(at_once(condition.acquire()).wait());
    begin(&mut first);
    let later = Polled::blocked(at_once(condition.acquire()).wait());
    let guard = at_once(condition.acquire());
    guard.notify_all();
    guard.release();
    drop(at_once(condition.acquire()));
    let guard = at_once(condition.acquire());
    assert!(later.is_woken());
    (first, later, guard)
}

/// A requeued wait keeps its position ahead of later woken ones, whatever take-over happens at the
/// head of the queue.
#[test]
fn a_requeued_wait_is_not_overtaken() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut first, mut later, guard) = two_woken(&condition, Polled::must_wait);
    let mut unpolled = Polled::new(condition.acquire());
    assert!(unpolled.poll_with(&waker).is_pending());
    guard.release();
    first.must_wait();
    let acquired = taken_over(&mut Polled::new(condition.acquire()), &waker);
    later.must_wait();
    drop(acquired);
    assert!(!later.is_woken(), "it has overtaken a waiter that was woken earlier");
    drop(first.must_go_on());
    drop(later.must_go_on());
    assert!(unpolled.poll_with(&waker).is_ready());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The ticket of a requeued wait belongs to the queue position: a take-over swaps it, too.
#[test]
fn a_take_over_from_a_requeued_wait_swaps_the_ticket() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut requeued, mut later, guard) =
        two_woken(&condition, |requeued| assert!(requeued.poll_with(&waker).is_pending()));
    let mut unpolled = Polled::new(condition.acquire());
    assert!(unpolled.poll_with(&waker).is_pending());
    guard.release();
    let acquired = taken_over(&mut requeued, &waker);
    later.must_wait();
    drop(acquired);
    assert!(!later.is_woken(), "it has overtaken a waiter that was woken earlier");
    assert!(unpolled.poll_with(&waker).is_ready());
    drop(later.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Conversely, a requeued wait whose grant was taken over waits on as an ordinary one.
#[test]
fn a_requeued_wait_loses_its_ticket_to_a_take_over() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut unpolled, mut later, guard) =
        two_woken(&condition, |unpolled| assert!(unpolled.poll_with(&waker).is_pending()));
    assert!(unpolled.poll_with(&waker).is_pending());
    guard.release();
    let acquired = taken_over(&mut Polled::new(condition.acquire()), &waker);
    later.must_wait();
    drop(acquired);
    drop(later.must_go_on());
    assert!(unpolled.poll_with(&waker).is_ready());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Futures of one task that are all polled, whatever they want, quiesce: the task sleeps.
#[test]
fn siblings_quiesce() {
    for permits in 1..5_usize {
        for siblings in 2..5 {
            for wanted in 0..permits.pow(siblings) {
                let wanted = (0..siblings).map(|place| 1 + wanted / permits.pow(place) % permits);
                check_that_they_quiesce(permits, &wanted.collect::<Vec<_>>());
            }
        }
    }
}

/// Another task holds one of the permits.
fn check_that_they_quiesce(permits: usize, wanted: &[usize]) {
    let semaphore = Semaphore::new(permits);
    let woken = Arc::new(WakeFlag::default());
    let waker = Waker::from(woken.clone());
    let held = at_once(semaphore.acquire());
    let acquire = |wanted: &usize| Some(Polled::new(semaphore.acquire_many(*wanted)));
    let mut siblings: Vec<_> = wanted.iter().map(acquire).collect();
    let mut acquired = Vec::new();
    for round in 0.. {
        for place in 0..siblings.len() {
            // Each round starts with another future, as `join!` does it.
            let place = (round + place) % siblings.len();
            let Some(sibling) = &mut siblings[place] else { continue };
            if let Poll::Ready(permit) = sibling.poll_with(&waker) {
                acquired.push(permit);
                siblings[place] = None;
            }
        }
        if !woken.take() {
            break;
        }
        assert!(
            round < 20,
            "the task wakes itself for ever: {permits} permits, {wanted:?} requested"
        );
    }
    drop((held, acquired, siblings));
    assert_eq!(semaphore.available_permits(), permits);
}

/// A future that holds a part of its permits keeps them and its position, whatever its siblings
/// request.
#[test]
fn a_partly_granted_request_is_not_overtaken() {
    let semaphore = Semaphore::new(2);
    let waker = Waker::from(Arc::new(Task));
    let held = at_once(semaphore.acquire());
    let mut first = Polled::new(semaphore.acquire_many(2));
    assert!(first.poll_with(&waker).is_pending());
    let other = Polled::blocked(semaphore.acquire_many(2));
    let mut second = Polled::new(semaphore.acquire_many(2));
    for _ in 0..5 {
        assert!(second.poll_with(&waker).is_pending());
        assert!(first.poll_with(&waker).is_pending());
    }
    held.release();
    assert!(!other.is_woken());
    assert!(first.poll_with(&waker).is_ready());
}

/// A large request is served in FIFO order, however often a sibling acquires a single permit.
#[tokio::test]
async fn a_large_request_is_not_starved_by_a_sibling() {
    async fn rounds(held_by_others: [usize; 2], held: usize) -> usize {
        let semaphore = Arc::new(Semaphore::new(2));
        let others = held_by_others.map(|held| {
            let semaphore = semaphore.clone();
            tokio::spawn(async move {
                loop {
                    let permit = semaphore.acquire().await;
                    yields(held).await;
                    drop(permit);
                }
            })
        });
        let (done, rounds) = (Cell::new(false), Cell::new(0));
        let many = async {
            yields(3).await;
            drop(semaphore.acquire_many(2).await);
            done.set(true);
        };
        let one = async {
            while !done.get() && rounds.get() < 500 {
                let permit = semaphore.acquire().await;
                yields(held).await;
                drop(permit);
                rounds.set(rounds.get() + 1);
            }
        };
        tokio::join!(many, one);
        others.iter().for_each(tokio::task::JoinHandle::abort);
        rounds.get()
    }

    for others in [[3, 7], [10, 13], [30, 38]] {
        for held in 1..40 {
            let rounds = rounds(others, held).await;
            assert!(rounds < 10, "{rounds} rounds; held for {others:?} and {held}");
        }
    }
}

/// A future with a grant that is polled in the same rounds as a sibling collects it, however often
/// the sibling acquires again, and whichever of them is polled first.
#[tokio::test(start_paused = true)]
async fn a_sibling_is_not_starved() {
    /// The sibling acquires, and holds its guard for `held` rounds.
    async fn rounds<P>(acquire: impl AsyncFn() -> P, held: usize, first: bool, before: usize) {
        let (done, rounds) = (Cell::new(false), Cell::new(0));
        let greedy = async {
            while !done.get() && rounds.get() < 1_000 {
                let acquired = acquire().await;
                yields(held).await;
                drop(acquired);
                rounds.set(rounds.get() + 1);
            }
        };
        let patient = async {
            yields(before).await;
            drop(acquire().await);
            done.set(true);
        };
        if first {
            tokio::join!(patient, greedy);
        } else {
            tokio::join!(greedy, patient);
        }
        assert!(rounds.get() < 10, "starved for {} rounds", rounds.get());
    }

    for held in 1..4 {
        for before in 0..3 {
            for first in [false, true] {
                let lock = Lock::new(());
                rounds(async || lock.acquire().await, held, first, before).await;
                let semaphore = Semaphore::new(1);
                rounds(async || semaphore.acquire().await, held, first, before).await;
            }
        }
    }
}

async fn yields(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}

/// A woken waiter that finds the lock taken is requeued behind a granted waiter, whose task may be
/// about to take the grant over.
#[test]
fn take_over_ahead_of_a_requeued_wait() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut woken = Polled::blocked(at_once(condition.acquire()).wait());
    let guard = at_once(condition.acquire());
    guard.notify_one();
    guard.release();

    let guard = at_once(condition.acquire());
    let mut unpolled = Box::pin(condition.acquire());
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    guard.release();
    woken.must_wait();
    let mut second = Box::pin(condition.acquire());
    assert!(in_rounds(&mut second, &mut cx).is_ready(), "futurelock");
    drop(unpolled);
    drop(woken.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Only rounds after the grant count as rounds in which its future could have collected it.
#[test]
fn rounds_before_the_grant_do_not_count() {
    fn check<P>(mut first: Polled<'_, P>, mut second: Polled<'_, P>, give: impl FnOnce()) {
        let waker = Waker::from(Arc::new(Task));
        assert!(first.poll_with(&waker).is_pending());
        for _ in 0..5 {
            assert!(second.poll_with(&waker).is_pending());
        }
        give();
        for _ in 0..2 {
            assert!(second.poll_with(&waker).is_pending());
        }
        assert!(first.poll_with(&waker).is_ready());
    }

    let lock = Lock::new(());
    let guard = at_once(lock.acquire());
    check(Polled::new(lock.acquire()), Polled::new(lock.acquire()), || guard.release());
    let semaphore = Semaphore::new(0);
    let acquire = || Polled::new(semaphore.acquire());
    check(acquire(), acquire(), || semaphore.release());
}

/// A task that acquires again while it has an uncollected grant queues behind other tasks.
#[test]
fn no_other_task_is_overtaken() {
    let lock = Lock::new(());
    let waker = Waker::from(Arc::new(Task));
    let guard = at_once(lock.acquire());
    let mut first = Polled::new(lock.acquire());
    assert!(first.poll_with(&waker).is_pending());
    let mut other = Polled::blocked(lock.acquire());
    guard.release();
    let mut second = Polled::new(lock.acquire());
    assert!(second.poll_with(&waker).is_pending());
    assert!(first.poll_with(&waker).is_ready());
    other.must_go_on().release();
    assert!(second.poll_with(&waker).is_ready());
}

/// Two futures of one task that are both polled need no take-over: the granted one completes.
#[tokio::test(start_paused = true)]
async fn no_take_over_if_both_are_polled() {
    let lock = Lock::new(0);
    let both = async { tokio::join!(add_one(&lock), add_one(&lock), add_one(&lock)) };
    timeout(TIMEOUT, both).await.expect("futurelock");
    assert_eq!(lock.into_inner(), 3);
}

async fn add_one(lock: &Lock<u32>) {
    let mut guard = lock.acquire().await;
    tokio::task::yield_now().await;
    *guard += 1;
}
