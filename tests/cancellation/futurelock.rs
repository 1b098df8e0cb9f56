//! Futurelock (Oxide RFD 609): a task polls a future, then neither polls nor drops it, and waits
//! for the same primitive in a second future. A take-over resolves it.

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

/// No test takes as long as this, unless it hangs.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// Polls once, without success.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) {
    tokio::select! {
        biased;
        _ = &mut future => unreachable!("it is contended"),
        () = std::future::ready(()) => {}
    }
}

/// Joins the task, which hangs if it is futurelocked.
async fn finishes<T>(task: JoinHandle<T>) -> T {
    let outcome = timeout(TIMEOUT, task).await;
    outcome.expect("futurelock").expect("the task does not panic")
}

/// When the task's second future is polled first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Second {
    /// After the grant to the first future.
    AfterTheGrant,
    /// Before the grant: it is queued behind the first.
    Queued,
}

impl Second {
    const BOTH: [Self; 2] = [Self::AfterTheGrant, Self::Queued];

    /// The task's side: synchronizes with the releasing task, or not.
    async fn ready(self, meeting: &Meeting) {
        if self == Self::AfterTheGrant {
            meeting.wait().await;
        }
    }

    /// The releasing task's side.
    async fn granted(self, release: impl AsyncFnOnce(), meeting: &Meeting) {
        settled().await;
        release().await;
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
                let mut unpolled = pin!(lock.acquire());
                poll_once(unpolled.as_mut()).await;
                second.ready(&meeting).await;
                lock.acquire().await.release();
                // It has swapped positions with the second future.
                unpolled.await.release();
            }
        });
        second.granted(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}

/// The first future is polled a few times before the second is awaited.
#[tokio::test(start_paused = true)]
async fn lock_in_a_select_loop() {
    let lock = Arc::new(Lock::new(()));
    let guard = lock.acquire().await;
    let task = tokio::spawn({
        let lock = lock.clone();
        async move {
            let mut unpolled = pin!(lock.acquire());
            for _ in 0..5 {
                poll_once(unpolled.as_mut()).await;
                tokio::task::yield_now().await;
            }
            lock.acquire().await.release();
            drop(unpolled.await);
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
                let mut unpolled = pin!(lock.clone().acquire_owned());
                poll_once(unpolled.as_mut()).await;
                second.ready(&meeting).await;
                lock.clone().acquire_owned().await.release();
                unpolled.await.release();
            }
        });
        second.granted(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert!(!lock.is_locked());
    }
}

/// Several futures are not polled any more, and dropped once the task has acquired the lock: other
/// tasks are granted it in FIFO order.
#[tokio::test(start_paused = true)]
async fn lock_with_other_tasks_queued() {
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
                poll_once(one.as_mut()).await;
                poll_once(two.as_mut()).await;
                second.ready(&meeting).await;
                let guard = lock.acquire().await;
                log.push(0);
                guard.release();
            }
        });
        settled().await;
        let others = [other(1), other(2)];
        second.granted(async || drop(guard), &meeting).await;
        finishes(task).await;
        for other in others {
            finishes(other).await;
        }
        let order = log.entries();
        assert_eq!(order.len(), 3);
        // FIFO among the other tasks. If the second future was queued before the grant, it may be
        // behind tasks that arrived after the first.
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
                let mut unpolled = pin!(condition.acquire());
                poll_once(unpolled.as_mut()).await;
                second.ready(&meeting).await;
                condition.acquire().await.release();
                unpolled.await.release();
            }
        });
        second.granted(async || drop(guard), &meeting).await;
        finishes(task).await;
        assert!(!condition.is_locked());
    }
}

/// A wait that was notified, and even granted the lock because another waiter is queued behind it.
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
                    let mut unpolled = pin!(guard.wait());
                    poll_once(unpolled.as_mut()).await;
                    second.ready(&meeting).await;
                    condition.acquire().await.release();
                    unpolled.await.release();
                }
            });
            // If the second future is queued it acquires the lock first, then the task waits.
            settled().await;
            let guard = condition.acquire().await;
            guard.notify_one();
            let other = contended.then(|| {
                let condition = condition.clone();
                tokio::spawn(async move { condition.acquire().await.release() })
            });
            second.granted(async || drop(guard), &meeting).await;
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

/// The task notifies its own wait, then resumes it.
#[tokio::test(start_paused = true)]
async fn wait_notified_by_its_own_task() {
    let shared =
        Shared { lock: Lock::new(SharedLock { ready: false }), changed: Condition::shared() };
    let task = async {
        let state = shared.lock.acquire().await;
        let mut unpolled = pin!(state.wait_for(&shared.changed, |state| state.ready));
        poll_once(unpolled.as_mut()).await;
        let mut state = shared.lock.acquire().await;
        state.ready = true;
        state.notify_all(&shared.changed);
        // Polled while the lock is held, it is queued and later granted the lock.
        poll_once(unpolled.as_mut()).await;
        state.release();
        shared.lock.acquire().await.release();
        unpolled.await.release();
    };
    timeout(TIMEOUT, task).await.expect("futurelock");
    assert!(!shared.lock.is_locked());
}

macro_rules! semaphore_tests {
    ($module:ident, $semaphore:ident) => {
        mod $module {
            use super::*;

            /// Of `permits`, the first future requests `first` and the second `wanted`.
            async fn run(permits: usize, first: usize, wanted: usize) {
                for second in Second::BOTH {
                    let semaphore = Arc::new($semaphore::new(permits));
                    let meeting = Arc::new(Meeting::new(2));
                    let held = semaphore.acquire_many(permits).await;
                    let task = tokio::spawn({
                        let (semaphore, meeting) = (semaphore.clone(), meeting.clone());
                        async move {
                            let mut unpolled = pin!(semaphore.acquire_many(first));
                            poll_once(unpolled.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.acquire_many(wanted).await.release();
                            unpolled.await.release();
                        }
                    });
                    second.granted(async || drop(held), &meeting).await;
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
                            let mut unpolled = pin!(semaphore.clone().acquire_owned());
                            poll_once(unpolled.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.clone().acquire_owned().await.release();
                            unpolled.await.release();
                        }
                    });
                    second.granted(async || drop(held), &meeting).await;
                    finishes(task).await;
                    assert_eq!(semaphore.available_permits(), 1);
                }
            }

            /// The permits are released one by one, with or without a wake-up in between.
            #[tokio::test(start_paused = true)]
            async fn acquire_many_released_one_by_one() {
                for second in Second::BOTH {
                    let semaphore = Arc::new($semaphore::new(3));
                    let meeting = Arc::new(Meeting::new(2));
                    let mut held = semaphore.acquire_many(3).await;
                    let task = tokio::spawn({
                        let (semaphore, meeting) = (semaphore.clone(), meeting.clone());
                        async move {
                            let mut unpolled = pin!(semaphore.acquire_many(2));
                            poll_once(unpolled.as_mut()).await;
                            second.ready(&meeting).await;
                            semaphore.acquire_many(3).await.release();
                            unpolled.await.release();
                        }
                    });
                    let release = async || {
                        while let Some(permit) = held.split(1) {
                            permit.release();
                            settled().await;
                        }
                    };
                    second.granted(release, &meeting).await;
                    finishes(task).await;
                    assert_eq!(semaphore.available_permits(), 3);
                }
            }
        }
    };
}

semaphore_tests!(semaphore, Semaphore);
semaphore_tests!(bounded_semaphore, BoundedSemaphore);

/// All three permits belong to futures of one task. The second future took two of them over, so the
/// third must not stay with the first.
#[test]
fn semaphore_release_after_a_take_over() {
    let semaphore = Semaphore::new(0);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut unpolled = Box::pin(semaphore.acquire_many(2));
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    let mut second = Box::pin(semaphore.acquire_many(3));
    assert!(second.as_mut().poll(&mut cx).is_pending());
    semaphore.release_many(2);
    assert!(in_rounds(&mut second, &mut cx).is_pending());
    semaphore.release();
    assert!(in_rounds(&mut second, &mut cx).is_ready(), "futurelock");
}

/// Even with many uncollected grants of other tasks ahead.
#[test]
fn semaphore_take_over_behind_many_grants() {
    let semaphore = Semaphore::new(0);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let others: Vec<_> = (0..100).map(|_| Polled::blocked(semaphore.acquire())).collect();
    let mut unpolled = Box::pin(semaphore.acquire());
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    semaphore.release_many(101);
    let mut second = Box::pin(semaphore.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "futurelock");
    drop((others, outcome, unpolled));
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 101, waiters: 0 }");
}

/// The grant is too small for the second future, which is queued behind another task, so it passes
/// to that task: were it kept, each of the two tasks would hold one permit and wait for the other's
/// (a deadlock).
#[test]
fn semaphore_take_over_behind_another_task() {
    let semaphore = Semaphore::new(2);
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let held = at_once(semaphore.acquire_many(2));
    let mut unpolled = Box::pin(semaphore.acquire_many(1));
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
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
    drop(unpolled);
    assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 2, waiters: 0 }");
}

/// A partly granted waiter at the head of the queue is an ordinary waiter, even to siblings behind
/// it. They sleep and don't poll in a busy loop.
#[test]
fn semaphore_part_held_by_an_unpolled_future() {
    for permits in [0, 1] {
        let semaphore = Semaphore::new(permits);
        let woken = Arc::new(WakeFlag::default());
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        let mut unpolled = Box::pin(semaphore.acquire_many(permits + 1));
        assert!(unpolled.as_mut().poll(&mut cx).is_pending());
        let mut second = Box::pin(semaphore.acquire());
        assert!(in_rounds(&mut second, &mut cx).is_pending());
        assert!(!woken.take(), "a spurious wake-up");
        semaphore.release();
        assert!(woken.take());
        assert!(in_rounds(&mut second, &mut cx).is_ready(), "futurelock");
    }
}

/// A notified wait whose grant was taken over still passes its notification on when it is dropped.
#[test]
fn take_over_from_a_notified_wait() {
    let condition = Condition::new(());
    let waker = Waker::from(Arc::new(Task));
    let mut cx = Context::from_waker(&waker);
    let mut unpolled = Box::pin(at_once(condition.acquire()).wait());
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    let mut next = Polled::blocked(at_once(condition.acquire()).wait());
    let guard = at_once(condition.acquire());
    guard.notify_one();
    // Polled while the lock is held, so it is queued.
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    let mut queued = Polled::blocked(condition.acquire());
    guard.release();

    let mut second = Box::pin(condition.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "futurelock");
    drop(unpolled);
    drop(outcome);
    drop(queued.must_go_on());
    drop(next.must_go_on());
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The second of three futures has taken over from the first, and the third is queued. When the
/// first is granted again, the task must be woken for the third to take over.
#[test]
fn take_over_twice() {
    let lock = Lock::new(());
    let woken = Arc::new(WakeFlag::default());
    let waker = Waker::from(woken.clone());
    let mut cx = Context::from_waker(&waker);
    let guard = at_once(lock.acquire());
    let mut unpolled = Box::pin(lock.acquire());
    assert!(unpolled.as_mut().poll(&mut cx).is_pending());
    guard.release();
    let mut second = Box::pin(lock.acquire());
    let outcome = in_rounds(&mut second, &mut cx);
    assert!(outcome.is_ready(), "futurelock");
    let mut third = Box::pin(lock.acquire());
    assert!(third.as_mut().poll(&mut cx).is_pending());

    woken.take();
    drop(outcome);
    assert!(woken.take(), "lost wake-up");
    assert!(in_rounds(&mut third, &mut cx).is_ready());
}

/// The waker of a task that ignores wake-ups.
pub(super) struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// The waker of a task, with a flag that records wake-ups.
#[derive(Default)]
pub(super) struct WakeFlag(AtomicBool);

impl WakeFlag {
    /// Whether it was woken since the last call.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Wake for WakeFlag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls for as many rounds as a grant is reserved for the future that it belongs to. The tests on
/// a runtime show that the task is woken for each of them.
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

/// A partly granted waiter whose position at the head is taken returns its part: no permit stays
/// with a waiter while none is held.
#[tokio::test(start_paused = true)]
async fn semaphore_parts_are_returned() {
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

/// After a take-over both futures can be dropped in either order, and the lock is free.
#[test]
fn dropped_in_either_order() {
    for unpolled_first in [false, true] {
        let lock = Lock::new(());
        let waker = Waker::from(Arc::new(Task));
        let mut cx = Context::from_waker(&waker);
        let held = lock.try_acquire();
        let mut unpolled = Box::pin(lock.acquire());
        assert!(unpolled.as_mut().poll(&mut cx).is_pending());
        drop(held);
        let mut second = Box::pin(lock.acquire());
        let Poll::Ready(guard) = in_rounds(&mut second, &mut cx) else {
            panic!("futurelock");
        };
        if unpolled_first {
            drop(unpolled);
            drop(guard);
        } else {
            drop(guard);
            drop(unpolled);
        }
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}
