//! Locks and permits: each way to acquire, cancelled in each queue position and in each state.

use std::sync::Arc;

use underlock::{BoundedSemaphore, Condition, Lock, Semaphore, guarded};

use crate::support::{BoxFuture, Polled, at_once};

const WAITERS: usize = 4;

/// The state in which waiters are dropped.
#[derive(Clone, Copy, Debug)]
enum When {
    /// Queued.
    Queued,
    /// Queued, and polled again with another waker.
    QueuedElsewhere,
    /// The first waiter has been granted what it waits for and has not been polled since.
    Granted,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    when: When,
    /// The waiters that are dropped: bit `i` for queue position `i`.
    dropped: usize,
    last_first: bool,
}

fn cases() -> impl Iterator<Item = Case> {
    let all = [When::Queued, When::QueuedElsewhere, When::Granted];
    all.into_iter().flat_map(|when| {
        (0..1 << WAITERS).flat_map(move |dropped| {
            [false, true].map(|last_first| Case { when, dropped, last_first })
        })
    })
}

/// Runs all cases. `enter` acquires and its output releases on drop; `is_free` tells whether
/// nothing is held and the queue is empty.
fn cancel_everywhere<'a, P: 'a>(enter: impl Fn() -> BoxFuture<'a, P>, is_free: impl Fn() -> bool) {
    Polled::new(enter()).cancel();
    assert!(is_free());
    let pass = at_once(enter());
    Polled::new(enter()).cancel();
    drop(pass);
    assert!(is_free());

    // A grant is collected by whichever task polls the future.
    let pass = at_once(enter());
    let mut granted = Polled::blocked(enter());
    drop(pass);
    assert!(granted.is_woken());
    assert!(granted.poll_elsewhere().is_ready());
    drop(granted);
    assert!(is_free());

    for case in cases() {
        run(case, &enter);
        assert!(is_free(), "not free after {case:?}");
    }
}

fn run<'a, P: 'a>(case: Case, enter: impl Fn() -> BoxFuture<'a, P>) {
    let pass = at_once(enter());
    let mut waiters: Vec<_> = (0..WAITERS).map(|_| Some(Polled::blocked(enter()))).collect();
    match case.when {
        When::Queued => {}
        When::QueuedElsewhere => {
            for waiter in waiters.iter_mut().flatten() {
                assert!(waiter.poll_elsewhere().is_pending());
            }
        }
        When::Granted => {
            drop(pass);
            let newcomer = Polled::blocked(enter());
            drop_some(&mut waiters, case);
            return finish(waiters, newcomer, case);
        }
    }
    drop_some(&mut waiters, case);
    assert!(!waiters.iter().flatten().any(Polled::is_woken), "spurious wake-up: {case:?}");
    let newcomer = Polled::blocked(enter());
    drop(pass);
    finish(waiters, newcomer, case);
}

fn drop_some<P>(waiters: &mut [Option<Polled<'_, P>>], case: Case) {
    let mut drop_it = |place: usize| {
        if case.dropped & (1 << place) != 0 {
            waiters[place].take().expect("dropped once").cancel();
        }
    };
    if case.last_first {
        (0..WAITERS).rev().for_each(&mut drop_it);
    } else {
        (0..WAITERS).for_each(&mut drop_it);
    }
}

/// The remaining waiters acquire and release in FIFO order, the newcomer last.
fn finish<P>(waiters: Vec<Option<Polled<'_, P>>>, newcomer: Polled<'_, P>, case: Case) {
    let mut left: Vec<_> = waiters.into_iter().flatten().chain([newcomer]).collect();
    while !left.is_empty() {
        for later in &mut left[1..] {
            assert!(!later.is_woken(), "woken out of turn: {case:?}");
            later.must_wait();
        }
        let pass = left.remove(0).must_go_on();
        if let Some(next) = left.first_mut() {
            next.must_wait();
        }
        drop(pass);
    }
}

fn says_free(lock: &impl std::fmt::Debug) -> bool {
    format!("{lock:?}").ends_with("{ locked: false, waiters: 0 }")
}

#[test]
fn lock_acquire() {
    let lock = Lock::new(());
    cancel_everywhere(
        || Box::pin(lock.acquire()),
        || lock.try_acquire().is_some() && says_free(&lock),
    );
}

#[test]
fn lock_acquire_owned() {
    let lock = Arc::new(Lock::new(()));
    cancel_everywhere(
        || Box::pin(Arc::clone(&lock).acquire_owned()),
        || Arc::clone(&lock).try_acquire_owned().is_some() && says_free(&lock),
    );
    assert_eq!(Arc::strong_count(&lock), 1, "dropped futures still hold a reference to the lock");
}

#[guarded]
struct Shared {
    lock: Lock,
    #[condition(lock)]
    _one: Condition,
    #[condition(lock)]
    _other: Condition,
}

#[test]
fn acquire_of_a_lock_with_shared_conditions() {
    let shared = Shared {
        lock: Lock::new(SharedLock {}),
        _one: Condition::shared(),
        _other: Condition::shared(),
    };
    cancel_everywhere(
        || Box::pin(shared.lock.acquire()),
        || shared.lock.try_acquire().is_some() && says_free(&shared.lock),
    );
}

#[test]
fn condition_acquire() {
    let condition = Condition::new(());
    cancel_everywhere(
        || Box::pin(condition.acquire()),
        || condition.try_acquire().is_some() && says_free(&condition),
    );
}

macro_rules! semaphore_tests {
    ($module:ident, $semaphore:ident) => {
        mod $module {
            use super::*;

            fn is_free(semaphore: &$semaphore, permits: usize) -> bool {
                semaphore.available_permits() == permits
                    && semaphore.try_acquire_many(permits).is_some()
                    && format!("{semaphore:?}").ends_with("waiters: 0 }")
            }

            #[test]
            fn acquire() {
                let semaphore = $semaphore::new(1);
                cancel_everywhere(|| Box::pin(semaphore.acquire()), || is_free(&semaphore, 1));
            }

            #[test]
            fn acquire_many() {
                let semaphore = $semaphore::new(3);
                cancel_everywhere(
                    || Box::pin(semaphore.acquire_many(3)),
                    || is_free(&semaphore, 3),
                );
            }

            /// One permit is left over; the first waiter holds it while it waits for the other.
            #[test]
            fn acquire_many_with_some_permits_free() {
                let semaphore = $semaphore::new(3);
                cancel_everywhere(
                    || Box::pin(semaphore.acquire_many(2)),
                    || is_free(&semaphore, 3),
                );
            }

            #[test]
            fn acquire_owned() {
                let semaphore = Arc::new($semaphore::new(1));
                cancel_everywhere(
                    || Box::pin(Arc::clone(&semaphore).acquire_owned()),
                    || is_free(&semaphore, 1),
                );
                assert_eq!(Arc::strong_count(&semaphore), 1);
            }

            #[test]
            fn acquire_many_owned() {
                let semaphore = Arc::new($semaphore::new(4));
                cancel_everywhere(
                    || Box::pin(Arc::clone(&semaphore).acquire_many_owned(3)),
                    || is_free(&semaphore, 4),
                );
                assert_eq!(Arc::strong_count(&semaphore), 1);
            }
        }
    };
}

semaphore_tests!(semaphore, Semaphore);
semaphore_tests!(bounded_semaphore, BoundedSemaphore);
