//! A task polls a future once, sets it aside without dropping it, and waits for the same thing
//! again. It must not wait for what it was given itself.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::sync::Barrier as Meeting;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use underlock::{BoundedSemaphore, Condition, Lock, Semaphore, guarded};

use crate::support::{Log, Polled, at_once, settled};

/// Nothing here takes as long as this, unless it takes for ever.
pub(super) const FOR_EVER: Duration = Duration::from_secs(30);

/// Polls once.
async fn begin<F: Future>(mut future: Pin<&mut F>) {
    tokio::select! {
        biased;
        _ = &mut future => unreachable!("there is nothing to be had yet"),
        () = std::future::ready(()) => {}
    }
}

/// Waits for the task, which must not wait for itself.
async fn finishes<T>(task: JoinHandle<T>) -> T {
    let outcome = timeout(FOR_EVER, task).await;
    outcome.expect("the task waits for itself").expect("the task does not fail")
}

/// When the second future of the task is polled first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Second {
    /// After the first was given what it waits for.
    AfterTheGrant,
    /// Before, so it stands in line behind the first.
    InLine,
}

impl Second {
    const BOTH: [Self; 2] = [Self::AfterTheGrant, Self::InLine];

    /// Lets the giver give before the second future is made, or not.
    async fn ready(self, meeting: &Meeting) {
        if self == Self::AfterTheGrant {
            meeting.wait().await;
        }
    }

    /// The giver's side.
    async fn given(self, give: impl AsyncFnOnce(), meeting: &Meeting) {
        settled().await;
        give().await;
        if self == Self::AfterTheGrant {
            meeting.wait().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lock() {
    for second in Second::BOTH {
        let lock = Arc::new(Lock::new(()));
        let meeting = Arc::new(Meeting::new(2));
        let guard = lock.acquire().await;
        let task = tokio::spawn({
            let (lock, meeting) = (lock.clone(), meeting.clone());
            async move {
                let mut aside = pin!(lock.acquire());
                begin(aside.as_mut()).await;
                second.ready(&meeting).await;
                lock.acquire().await.release();
                // It waits in the other's place.
                aside.await.release();
            }
        });
        second.given(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}

/// The one that is set aside is polled again and again while the other waits.
#[tokio::test(start_paused = true)]
async fn lock_in_a_select_loop() {
    let lock = Arc::new(Lock::new(()));
    let guard = lock.acquire().await;
    let task = tokio::spawn({
        let lock = lock.clone();
        async move {
            let mut aside = pin!(lock.acquire());
            for _ in 0..5 {
                begin(aside.as_mut()).await;
                tokio::task::yield_now().await;
            }
            lock.acquire().await.release();
            drop(aside.await);
        }
    });
    settled().await;
    drop(guard);
    finishes(task).await;
    assert!(!lock.is_locked());
}

#[tokio::test(start_paused = true)]
async fn lock_owned() {
    for second in Second::BOTH {
        let lock = Arc::new(Lock::new(()));
        let meeting = Arc::new(Meeting::new(2));
        let guard = lock.acquire().await;
        let task = tokio::spawn({
            let (lock, meeting) = (lock.clone(), meeting.clone());
            async move {
                let mut aside = pin!(lock.clone().acquire_owned());
                begin(aside.as_mut()).await;
                second.ready(&meeting).await;
                lock.clone().acquire_owned().await.release();
                aside.await.release();
            }
        });
        second.given(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert!(!lock.is_locked());
    }
}

/// Several are set aside, and dropped when the lock is had: the others in line follow in order.
#[tokio::test(start_paused = true)]
async fn lock_with_others_in_line() {
    for second in Second::BOTH {
        let lock = Arc::new(Lock::new(()));
        let meeting = Arc::new(Meeting::new(2));
        let log = Log::new();
        let guard = lock.acquire().await;
        let other = |name: u32| {
            let (lock, log) = (lock.clone(), log.clone());
            tokio::spawn(async move {
                let guard = lock.acquire().await;
                log.push(name);
                guard.release();
            })
        };
        let task = tokio::spawn({
            let (lock, meeting, log) = (lock.clone(), meeting.clone(), log.clone());
            async move {
                let (mut one, mut two) = (pin!(lock.acquire()), pin!(lock.acquire()));
                begin(one.as_mut()).await;
                begin(two.as_mut()).await;
                second.ready(&meeting).await;
                let guard = lock.acquire().await;
                log.push(0);
                guard.release();
            }
        });
        settled().await;
        let others = [other(1), other(2)];
        second.given(async || drop(guard), &meeting).await;
        finishes(task).await;
        for other in others {
            finishes(other).await;
        }
        let order = log.entries();
        assert_eq!(order.len(), 3);
        // Between tasks the order is that of arrival; where the second future stood in line it
        // may be behind those who came after the first.
        let place = |name| order.iter().position(|other| *other == name);
        assert!(place(1) < place(2), "{second:?}: {order:?}");
        assert!(!lock.is_locked());
    }
}

#[tokio::test(start_paused = true)]
async fn condition_acquire() {
    for second in Second::BOTH {
        let condition = Arc::new(Condition::new(()));
        let meeting = Arc::new(Meeting::new(2));
        let guard = condition.acquire().await;
        let task = tokio::spawn({
            let (condition, meeting) = (condition.clone(), meeting.clone());
            async move {
                let mut aside = pin!(condition.acquire());
                begin(aside.as_mut()).await;
                second.ready(&meeting).await;
                condition.acquire().await.release();
                aside.await.release();
            }
        });
        second.given(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert!(!condition.is_locked());
    }
}

/// A wait that was notified, and even given the lock because somebody queues behind it.
#[tokio::test(start_paused = true)]
async fn condition_wait() {
    for contended in [false, true] {
        for second in Second::BOTH {
            let condition = Arc::new(Condition::new(()));
            let meeting = Arc::new(Meeting::new(2));
            let task = tokio::spawn({
                let (condition, meeting) = (condition.clone(), meeting.clone());
                async move {
                    let guard = condition.acquire().await;
                    let mut aside = pin!(guard.wait());
                    begin(aside.as_mut()).await;
                    second.ready(&meeting).await;
                    condition.acquire().await.release();
                    aside.await.release();
                }
            });
            // With the second in line it has the lock by itself first, and then waits.
            settled().await;
            let guard = condition.acquire().await;
            guard.notify_one();
            let other = contended.then(|| {
                let condition = condition.clone();
                tokio::spawn(async move { condition.acquire().await.release() })
            });
            second.given(async || drop(guard), &meeting).await;
            finishes(task).await;
            if let Some(other) = other {
                finishes(other).await;
            }
            assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
        }
    }
}

#[guarded]
struct Shared {
    lock: Lock,
    #[guarded(lock)]
    ready: bool,
    #[condition(lock)]
    changed: Condition,
}

/// The task notifies its own wait, then goes on with it.
#[tokio::test(start_paused = true)]
async fn wait_for_what_the_same_task_brings_about() {
    let shared =
        Shared { lock: Lock::new(SharedLock { ready: false }), changed: Condition::shared() };
    let task = async {
        let state = shared.lock.acquire().await;
        let mut aside = pin!(state.wait_for(&shared.changed, |state| state.ready));
        begin(aside.as_mut()).await;
        let mut state = shared.lock.acquire().await;
        state.ready = true;
        state.notify_all(&shared.changed);
        // Polled with the lock held it queues for it, and is given it.
        begin(aside.as_mut()).await;
        state.release();
        shared.lock.acquire().await.release();
        aside.await.release();
    };
    timeout(FOR_EVER, task).await.expect("the task waits for itself");
    assert!(!shared.lock.is_locked());
}

macro_rules! semaphore_tests {
    ($module:ident, $semaphore:ident) => {
        mod $module {
            use super::*;

            /// The first wants so many, the second so many, of `permits`.
            async fn run(permits: usize, first: usize, wanted: usize) {
                for second in Second::BOTH {
                    let semaphore = Arc::new($semaphore::new(permits));
                    let meeting = Arc::new(Meeting::new(2));
                    let held = semaphore.acquire_many(permits).await;
                    let task = tokio::spawn({
                        let (semaphore, meeting) = (semaphore.clone(), meeting.clone());
                        async move {
                            let mut aside = pin!(semaphore.acquire_many(first));
                            begin(aside.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.acquire_many(wanted).await.release();
                            aside.await.release();
                        }
                    });
                    second.given(async || drop(held), &meeting).await;
                    finishes(task).await;
                    assert_eq!(semaphore.available_permits(), permits);
                }
            }

            #[tokio::test(start_paused = true)]
            async fn acquire() {
                run(1, 1, 1).await;
            }

            #[tokio::test(start_paused = true)]
            async fn acquire_many() {
                for permits in 1..=4 {
                    for first in 1..=permits {
                        for wanted in 1..=permits {
                            run(permits, first, wanted).await;
                        }
                    }
                }
            }

            #[tokio::test(start_paused = true)]
            async fn acquire_owned() {
                for second in Second::BOTH {
                    let semaphore = Arc::new($semaphore::new(1));
                    let meeting = Arc::new(Meeting::new(2));
                    let held = semaphore.acquire().await;
                    let task = tokio::spawn({
                        let (semaphore, meeting) = (semaphore.clone(), meeting.clone());
                        async move {
                            let mut aside = pin!(semaphore.clone().acquire_owned());
                            begin(aside.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.clone().acquire_owned().await.release();
                            aside.await.release();
                        }
                    });
                    second.given(async || drop(held), &meeting).await;
                    finishes(task).await;
                    assert_eq!(semaphore.available_permits(), 1);
                }
            }

            /// The permits come one by one, each a wake-up or not.
            #[tokio::test(start_paused = true)]
            async fn acquire_many_bit_by_bit() {
                for second in Second::BOTH {
                    let semaphore = Arc::new($semaphore::new(3));
                    let meeting = Arc::new(Meeting::new(2));
                    let mut held = semaphore.acquire_many(3).await;
                    let task = tokio::spawn({
                        let (semaphore, meeting) = (semaphore.clone(), meeting.clone());
                        async move {
                            let mut aside = pin!(semaphore.acquire_many(2));
                            begin(aside.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.acquire_many(3).await.release();
                            aside.await.release();
                        }
                    });
                    let give = async || {
                        while let Some(permit) = held.split(1) {
                            permit.release();
                            settled().await;
                        }
                    };
                    second.given(give, &meeting).await;
                    finishes(task).await;
                    assert_eq!(semaphore.available_permits(), 3);
                }
            }
        }
    };
}

semaphore_tests!(semaphore, Semaphore);
semaphore_tests!(bounded_semaphore, BoundedSemaphore);

/// All three permits are with futures of the one task: two with the second future, which took them
/// over, so the third may not stay with the first.
#[test]
fn semaphore_permits_given_after_a_take_over() {
    let semaphore = Semaphore::new(0);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut aside = Box::pin(semaphore.acquire_many(2));
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    let mut second = Box::pin(semaphore.acquire_many(3));
    assert!(second.as_mut().poll(&mut cx).is_pending());
    semaphore.release_many(2);
    assert!(in_rounds(&mut second, &mut cx).is_pending());
    semaphore.release();
    assert!(in_rounds(&mut second, &mut cx).is_ready(), "the task waits for itself");
}

/// However many others were given permits before and have not noticed.
#[test]
fn semaphore_take_over_behind_many() {
    let semaphore = Semaphore::new(0);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let others: Vec<_> = (0..100).map(|_| Polled::blocked(semaphore.acquire())).collect();
    let mut aside = Box::pin(semaphore.acquire());
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    semaphore.release_many(101);
    let mut second = Box::pin(semaphore.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "the task waits for itself");
    drop((others, outcome, aside));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 101, waiters: 0 }");
}

/// What was set aside is not enough for the second future, which is behind another task, so it goes
/// to that one: were it kept, each of the two would have one permit and wait for the other's.
#[test]
fn semaphore_take_over_behind_another_task() {
    let semaphore = Semaphore::new(2);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let held = at_once(semaphore.acquire_many(2));
    let mut aside = Box::pin(semaphore.acquire_many(1));
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    let mut other = Polled::blocked(semaphore.acquire_many(2));
    let mut second = Box::pin(semaphore.acquire_many(2));
    assert!(second.as_mut().poll(&mut cx).is_pending());

    held.release();
    assert!(!other.is_woken());
    assert!(in_rounds(&mut second, &mut cx).is_pending());
    drop(other.must_go_on());
    let outcome = second.as_mut().poll(&mut cx);
    assert!(outcome.is_ready());
    drop(outcome);
    drop(aside);
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, waiters: 0 }");
}

/// The first in line waits for more than it has, and is to those behind it, of its own task too, as
/// anybody in line. Who waits behind it sleeps, and is not to look again and again.
#[test]
fn semaphore_part_that_is_set_aside() {
    for permits in [0, 1] {
        let semaphore = Semaphore::new(permits);
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(bell.clone());
        let mut cx = Context::from_waker(&waker);
        let mut aside = Box::pin(semaphore.acquire_many(permits + 1));
        assert!(aside.as_mut().poll(&mut cx).is_pending());
        let mut second = Box::pin(semaphore.acquire());
        assert!(in_rounds(&mut second, &mut cx).is_pending());
        assert!(!bell.was_rung(), "the task is woken for nothing");
        semaphore.release();
        assert!(bell.was_rung());
        assert!(in_rounds(&mut second, &mut cx).is_ready(), "the task waits for itself");
    }
}

/// A wait that has been given the lock, had it taken over, and is dropped then still passes its
/// notification on.
#[test]
fn take_over_from_a_notified_wait() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut aside = Box::pin(at_once(condition.acquire()).wait());
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    let mut heir = Polled::blocked(at_once(condition.acquire()).wait());
    let guard = at_once(condition.acquire());
    guard.notify_one();
    // It runs while the lock is held, so it queues.
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    let mut queued = Polled::blocked(condition.acquire());
    guard.release();

    let mut second = Box::pin(condition.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "the task waits for itself");
    drop(aside);
    drop(outcome);
    drop(queued.must_go_on());
    drop(heir.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// Of three futures the second has taken over from the first, and the third waits. When it is the
/// first's turn again the task must hear of it, for the third to take over.
#[test]
fn take_over_twice() {
    let lock = Lock::new(());
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let mut cx = Context::from_waker(&waker);
    let guard = at_once(lock.acquire());
    let mut aside = Box::pin(lock.acquire());
    assert!(aside.as_mut().poll(&mut cx).is_pending());
    guard.release();
    let mut second = Box::pin(lock.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "the task waits for itself");
    let mut third = Box::pin(lock.acquire());
    assert!(third.as_mut().poll(&mut cx).is_pending());

    bell.was_rung();
    drop(outcome);
    assert!(bell.was_rung(), "the task is not told that it can go on");
    assert!(in_rounds(&mut third, &mut cx).is_ready());
}

/// A task, as its wakers tell it from others.
pub(super) struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// A task that can be heard.
#[derive(Default)]
pub(super) struct Bell(AtomicBool);

impl Bell {
    /// Whether it was rung since it was asked last.
    pub(super) fn was_rung(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls in as many rounds as a grant is left for the future it was given to. That it wakes its
/// task for each is shown by the tests on a runtime.
pub(super) fn in_rounds<F: Future>(
    future: &mut Pin<Box<F>>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    for _ in 0..2 {
        let outcome = future.as_mut().poll(cx);
        if outcome.is_ready() {
            return outcome;
        }
    }
    future.as_mut().poll(cx)
}

/// Nobody holds a permit, so none may lie with those who wait: what was first in line hands its
/// part in before another takes that place.
#[tokio::test(start_paused = true)]
async fn semaphore_parts_are_handed_in() {
    let semaphore = Arc::new(Semaphore::new(3));
    let two = semaphore.clone().try_acquire_many_owned(2);
    let one = semaphore.clone().try_acquire_owned();
    let task = tokio::spawn({
        let semaphore = semaphore.clone();
        async move {
            tokio::join!(
                async {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    drop(semaphore.acquire_many(3).await);
                },
                async { drop(semaphore.acquire_many(2).await) },
            );
        }
    });
    tokio::task::yield_now().await;
    let other = tokio::spawn({
        let semaphore = semaphore.clone();
        async move { drop(semaphore.acquire_many(3).await) }
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    drop((two, one));
    finishes(task).await;
    finishes(other).await;
    assert_eq!(semaphore.available_permits(), 3);
}

/// What has taken a grant over leaves the future it was given to as it was: dropping either in any
/// order frees the lock.
#[test]
fn the_two_are_dropped_in_any_order() {
    for aside_first in [false, true] {
        let lock = Lock::new(());
        let waker = Waker::from(Arc::new(Task));
        let mut cx = Context::from_waker(&waker);
        let held = lock.try_acquire();
        let mut aside = Box::pin(lock.acquire());
        assert!(aside.as_mut().poll(&mut cx).is_pending());
        drop(held);
        let mut second = Box::pin(lock.acquire());
        let Poll::Ready(guard) = in_rounds(&mut second, &mut cx) else {
            panic!("the task waits for itself");
        };
        if aside_first {
            drop(aside);
            drop(guard);
        } else {
            drop(guard);
            drop(aside);
        }
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}
