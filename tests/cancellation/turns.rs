//! A task that takes over what another future of its own was given passes nobody and starves nobody.

use std::cell::Cell;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::task::yield_now;
use tokio::time::timeout;
use underlock::{Condition, ConditionGuard, Lock, Semaphore};

use super::set_aside::{Bell, FOR_EVER, Task, in_rounds};
use crate::support::{Polled, at_once};

/// The two futures change places: whoever stood between them comes next.
#[test]
fn what_is_set_aside_waits_in_the_place_of_the_other() {
    fn check<'a, P>(acquire: impl Fn() -> Polled<'a, P>, give: impl FnOnce()) {
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(bell.clone());
        let (mut aside, mut between) = (acquire(), acquire());
        let (mut second, mut last) = (acquire(), acquire());
        assert!(aside.poll_with(&waker).is_pending());
        between.must_wait();
        assert!(second.poll_with(&waker).is_pending());
        last.must_wait();

        give();
        drop(taken_over(&mut second, &waker));
        bell.was_rung();
        drop(between.must_go_on());
        assert!(bell.was_rung());
        assert!(!last.is_woken());
        assert!(aside.poll_with(&waker).is_ready());
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

/// What a future gets in as many rounds as a grant is left for the one it was given to.
#[track_caller]
fn taken_over<T>(future: &mut Polled<'_, T>, waker: &Waker) -> T {
    let had = (0..3).find_map(|_| ready(future.poll_with(waker)));
    had.expect("the task waits for itself")
}

fn ready<T>(outcome: Poll<T>) -> Option<T> {
    match outcome {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// However often its task acquires, one that is set aside does not keep others from their turn.
#[test]
fn who_sets_one_aside_starves_nobody() {
    fn check<'a, P>(
        mut acquire: impl FnMut() -> Polled<'a, P>,
        mut other: Polled<'a, P>,
        begin: impl FnOnce(&mut Polled<'a, P>, &mut Polled<'a, P>),
    ) {
        let waker = Waker::from(Arc::new(Task));
        let mut aside = acquire();
        assert!(aside.poll_with(&waker).is_pending());
        begin(&mut aside, &mut other);
        for _ in 0..2 {
            let mut again = acquire();
            drop((0..3).find_map(|_| ready(again.poll_with(&waker))));
            if other.is_woken() {
                drop(other.must_go_on());
                return;
            }
        }
        panic!("its task acquires again and again, and the other does not get its turn");
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
        || Polled::new(semaphore.acquire_many(wanted.next().expect("no more are made"))),
        Polled::new(semaphore.acquire_many(5)),
        |_, other| {
            other.must_wait();
            held.release();
        },
    );
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 5, waiters: 0 }");
}

type Woken<'a> = Polled<'a, ConditionGuard<'a, ()>>;

/// Two who were notified together and woken, both before either has run, and the guard of who passed
/// them: it takes the lock twice.
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

/// A wait that came back keeps its place before those who were woken after it, whoever takes over
/// from whom in front of it.
#[test]
fn who_came_back_is_not_passed() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut first, mut later, guard) = two_woken(&condition, Polled::must_wait);
    let mut aside = Polled::new(condition.acquire());
    assert!(aside.poll_with(&waker).is_pending());
    guard.release();
    first.must_wait();
    let had = taken_over(&mut Polled::new(condition.acquire()), &waker);
    later.must_wait();
    drop(had);
    assert!(!later.is_woken(), "it has passed the one that was woken before it");
    drop(first.must_go_on());
    drop(later.must_go_on());
    assert!(aside.poll_with(&waker).is_ready());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The place of a wait that came back is its turn, and goes with the place.
#[test]
fn who_takes_the_place_of_one_that_came_back_has_its_turn() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut back, mut later, guard) =
        two_woken(&condition, |back| assert!(back.poll_with(&waker).is_pending()));
    let mut aside = Polled::new(condition.acquire());
    assert!(aside.poll_with(&waker).is_pending());
    guard.release();
    let had = taken_over(&mut back, &waker);
    later.must_wait();
    drop(had);
    assert!(!later.is_woken(), "it has passed the one that was woken before it");
    assert!(aside.poll_with(&waker).is_ready());
    drop(later.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The other way around: one that came back, and was given the lock, waits on as one that did not.
#[test]
fn who_leaves_the_place_of_one_that_came_back_loses_its_turn() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let (mut aside, mut later, guard) =
        two_woken(&condition, |aside| assert!(aside.poll_with(&waker).is_pending()));
    assert!(aside.poll_with(&waker).is_pending());
    guard.release();
    let had = taken_over(&mut Polled::new(condition.acquire()), &waker);
    later.must_wait();
    drop(had);
    drop(later.must_go_on());
    assert!(aside.poll_with(&waker).is_ready());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Futures of one task that are all polled, whatever they want, come to rest: the task sleeps.
#[test]
fn siblings_do_not_wake_each_other_for_ever() {
    for permits in 1..5_usize {
        for siblings in 2..5 {
            for wanted in 0..permits.pow(siblings) {
                let wanted = (0..siblings).map(|place| 1 + wanted / permits.pow(place) % permits);
                come_to_rest(permits, &wanted.collect::<Vec<_>>());
            }
        }
    }
}

/// One of the permits is held by another task.
fn come_to_rest(permits: usize, wanted: &[usize]) {
    let semaphore = Semaphore::new(permits);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let held = at_once(semaphore.acquire());
    let acquire = |wanted: &usize| Some(Polled::new(semaphore.acquire_many(*wanted)));
    let mut siblings: Vec<_> = wanted.iter().map(acquire).collect();
    let mut had = Vec::new();
    for round in 0.. {
        for place in 0..siblings.len() {
            // As `join!` does it, another one begins each round.
            let place = (round + place) % siblings.len();
            let Some(sibling) = &mut siblings[place] else { continue };
            if let Poll::Ready(permit) = sibling.poll_with(&waker) {
                had.push(permit);
                siblings[place] = None;
            }
        }
        if !bell.was_rung() {
            break;
        }
        assert!(round < 20, "of {permits} permits {wanted:?}");
    }
    drop((held, had, siblings));
    assert_eq!(semaphore.available_permits(), permits);
}

/// One that has a part of what it wants keeps it, and its place, whatever else its task wants.
#[test]
fn who_waits_for_more_is_not_passed() {
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

/// One that wants many is served in its turn, however often another of its task wants one.
#[tokio::test]
async fn who_wants_many_is_not_starved_by_a_sibling() {
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

/// A future that is given something and polled in the same rounds as another of its task gets it,
/// however often the other asks again, and whichever of them is polled first.
#[tokio::test(start_paused = true)]
async fn a_sibling_is_not_starved() {
    /// The other acquires, and holds what it has for so many rounds.
    async fn rounds<P>(acquire: impl AsyncFn() -> P, held: usize, first: bool, before: usize) {
        let (done, rounds) = (Cell::new(false), Cell::new(0));
        let greedy = async {
            while !done.get() && rounds.get() < 1_000 {
                let had = acquire().await;
                yields(held).await;
                drop(had);
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
        assert!(rounds.get() < 10, "it had to wait for {} rounds", rounds.get());
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

/// What was woken and found the lock taken goes behind the one that has been given the lock, whose
/// task may be about to take it over.
#[test]
fn take_over_in_front_of_one_that_was_woken() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut woken = Polled::blocked(at_once(condition.acquire()).wait());
    let guard = at_once(condition.acquire());
    guard.notify_one();
    guard.release();

    let guard = at_once(condition.acquire());
    let mut aside = Box::pin(condition.acquire());
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    guard.release();
    woken.must_wait();
    let mut second = Box::pin(condition.acquire());
    assert!(in_rounds(&mut second, &mut cx).is_ready(), "the task waits for itself");
    drop(aside);
    drop(woken.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The rounds in which the one that was given something may notice are those after it was given.
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

/// Who asks again while its task is given the lock goes behind those of other tasks.
#[test]
fn others_are_not_passed() {
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

/// Two futures of one task that are both polled need no cure: the one that is given it goes on.
#[tokio::test(start_paused = true)]
async fn both_are_polled() {
    let lock = Lock::new(0);
    let both = async { tokio::join!(add_one(&lock), add_one(&lock), add_one(&lock)) };
    timeout(FOR_EVER, both).await.expect("they wait for each other");
    assert_eq!(lock.into_inner(), 3);
}

async fn add_one(lock: &Lock<u32>) {
    let mut guard = lock.acquire().await;
    tokio::task::yield_now().await;
    *guard += 1;
}
