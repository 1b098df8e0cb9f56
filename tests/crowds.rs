//! A hundred thousand waiters of one primitive: served, or cancelled from the front of the queue,
//! the back, or the middle. The time per waiter does not depend on their number.

use underlock::{Barrier, BarrierPosition, Condition, Event, Lock, Semaphore};

use crate::support::{Polled, at_once};

const CROWD: usize = 100_000;

fn crowd<'a, T, F: Future<Output = T> + 'a>(wait: impl Fn() -> F) -> Vec<Polled<'a, T>> {
    (0..CROWD).map(|_| Polled::blocked(wait())).collect()
}

/// Cancels a crowd in each order.
fn cancel_all<'a, T: 'a, F: Future<Output = T> + 'a>(wait: impl Fn() -> F) {
    crowd(&wait).into_iter().for_each(Polled::cancel);
    crowd(&wait).into_iter().rev().for_each(Polled::cancel);
    let mut waiting = crowd(&wait);
    while !waiting.is_empty() {
        waiting.swap_remove(waiting.len() / 2).cancel();
    }
}

#[test]
fn lock() {
    let lock = Lock::new(0);
    let guard = at_once(lock.acquire());
    cancel_all(|| lock.acquire());
    let waiting = crowd(|| lock.acquire());
    guard.release();
    for mut waiter in waiting {
        *waiter.must_go_on() += 1;
    }
    assert_eq!(*at_once(lock.acquire()), CROWD);

    // Each is granted the lock before it is cancelled.
    let guard = at_once(lock.acquire());
    let waiting = crowd(|| lock.acquire());
    guard.release();
    for waiter in waiting {
        assert!(waiter.is_woken());
        waiter.cancel();
    }
    assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
}

/// Notified waiters that are polled alternately from two halves, as by two workers, while the lock
/// is held: they are requeued ahead of a newcomer.
fn requeued<'a>(
    condition: &'a Condition<usize>,
    many: usize,
    check: impl FnOnce(Vec<Polled<'a, ()>>, Polled<'a, usize>),
) {
    let wait = || async { *condition.acquire().await.wait().await += 1 };
    let mut waiting: Vec<_> = (0..many).map(|_| Polled::blocked(wait())).collect();
    at_once(condition.acquire()).notify_all();
    let holder = at_once(condition.acquire());
    let newcomer = Polled::blocked(async { *condition.acquire().await });
    let (one, other) = waiting.split_at_mut(many / 2);
    for (one, other) in one.iter_mut().zip(other) {
        one.must_wait();
        other.must_wait();
    }
    holder.release();
    check(waiting, newcomer);
}

#[test]
fn requeued_in_two_halves() {
    requeued(&Condition::new(0), CROWD, |waiting, mut newcomer| {
        waiting.into_iter().for_each(Polled::cancel);
        assert_eq!(newcomer.must_go_on(), 0);
    });
    // However far apart their positions are, they precede the newcomer.
    let many = 1_000;
    requeued(&Condition::new(0), many, |mut waiting, mut newcomer| {
        while !waiting.is_empty() {
            assert!(!newcomer.is_woken());
            let before = waiting.len();
            waiting.retain_mut(|waiter| {
                let woken = waiter.is_woken();
                if woken {
                    waiter.must_go_on();
                }
                !woken
            });
            assert!(waiting.len() < before, "no waiter acquires the lock");
        }
        assert_eq!(newcomer.must_go_on(), many);
    });
}

#[test]
fn condition() {
    let condition = Condition::new(0);
    let wait = || async { *condition.acquire().await.wait().await += 1 };
    cancel_all(wait);
    for one_by_one in [false, true] {
        let waiting = crowd(wait);
        let guard = at_once(condition.acquire());
        if one_by_one {
            (0..CROWD).for_each(|_| guard.notify_one());
        } else {
            guard.notify_all();
        }
        guard.release();
        for mut waiter in waiting {
            waiter.must_go_on();
        }
    }
    assert_eq!(*at_once(condition.acquire()), 2 * CROWD);

    // Each is notified before it is cancelled, the first half first, and passes that on to the
    // second.
    let waiting = crowd(wait);
    let guard = at_once(condition.acquire());
    guard.notify(CROWD / 2);
    guard.release();
    let (mut last, first): (Vec<_>, Vec<_>) =
        waiting.into_iter().enumerate().partition(|(place, _)| *place >= CROWD / 2);
    for (_, waiter) in first {
        waiter.cancel();
    }
    for (_, waiter) in &mut last {
        waiter.must_go_on();
    }
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

#[test]
fn semaphore() {
    let semaphore = Semaphore::new(0);
    cancel_all(|| semaphore.acquire());
    let waiting = crowd(|| semaphore.acquire());
    semaphore.release_many(CROWD);
    for mut waiter in waiting {
        waiter.must_go_on().forget();
    }
    let waiting = crowd(|| semaphore.acquire());
    semaphore.release();
    for mut waiter in waiting {
        drop(waiter.must_go_on());
    }
    // Each is granted permits before it is cancelled, the last first.
    let waiting = crowd(|| semaphore.acquire_many(2));
    semaphore.release_many(2 * CROWD - 1);
    waiting.into_iter().rev().for_each(Polled::cancel);
    assert_eq!(semaphore.available_permits(), 2 * CROWD);
}

#[test]
fn event() {
    let event = Event::new();
    cancel_all(|| event.wait());
    let waiting = crowd(|| event.wait());
    event.set();
    event.clear();
    for mut waiter in waiting {
        waiter.must_go_on();
    }
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 0 }");
}

#[test]
fn barrier() {
    let barrier = Barrier::new(CROWD + 1);
    cancel_all(|| barrier.wait());
    let waiting = crowd(|| barrier.wait());
    assert_eq!(at_once(barrier.wait()).map(BarrierPosition::index), Ok(CROWD));
    for (place, mut waiter) in waiting.into_iter().enumerate() {
        assert_eq!(waiter.must_go_on().map(BarrierPosition::index), Ok(place));
    }
    let waiting = crowd(|| barrier.wait());
    barrier.abort();
    for mut waiter in waiting {
        assert!(waiter.must_go_on().is_err());
    }
}
