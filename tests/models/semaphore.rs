//! Permits are neither lost nor created.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Semaphore;

use crate::{Published, explore, join, poll_once};

fn taking(semaphore: &Arc<Semaphore>, permits: usize) -> thread::JoinHandle<()> {
    let semaphore = Arc::clone(semaphore);
    thread::spawn(move || drop(block_on(semaphore.acquire_many(permits))))
}

/// One task requests two permits, which are released one by one; another requests one.
///
/// ```fault
/// semaphore/protocol/release.rs, assign_permits: permits too few for the first waiter are lost
/// - first.set_payload(Claim { missing: claim.missing - permits, ..claim });
/// ```
/// ```fault
/// semaphore/protocol/acquire.rs, take_or_queue: permits taken under the internal lock stay free
/// - me.set_count(count - free);
/// ```
#[test]
fn many_against_one() {
    explore(1, || {
        let semaphore = Arc::new(Semaphore::new(2));
        let permits = [semaphore.try_acquire().unwrap(), semaphore.try_acquire().unwrap()];
        let others = [taking(&semaphore, 2), taking(&semaphore, 1)];
        for permit in permits {
            permit.release();
        }
        join(others);
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// A partly granted waiter is cancelled while more permits are released.
///
/// ```fault
/// semaphore/protocol/release.rs, cancel: a cancelled waiter returns what it requested
/// - claim.wanted - claim.missing
/// + claim.wanted
/// ```
/// ```fault
/// semaphore/protocol/release.rs, cancel: a cancelled waiter keeps its part
/// - permits: claim.wanted - claim.missing
/// + permits: 0
/// ```
/// ```fault
/// semaphore/protocol/release.rs, cancel: cancel reads the waiter's part before it locks the queue
/// - let mut me = seat.lock();
/// - let claim = me.payload();
/// + let claim = seat.lock().payload();
/// + let mut me = seat.lock();
/// ```
#[test]
fn partly_granted_against_cancel() {
    explore(2, || {
        let semaphore = Arc::new(Semaphore::new(1));
        let leaving = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async { drop(poll_once(pin!(semaphore.acquire_many(2))).await) });
            })
        };
        let staying = taking(&semaphore, 1);
        semaphore.release();
        leaving.join().unwrap();
        staying.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// A release without a permit against an acquire.
///
/// ```fault
/// semaphore.rs, give_back: the count is stored without a look at waiters
/// - word.has_waiters()
/// + false
/// ```
/// ```fault
/// semaphore/protocol/acquire.rs, take_or_queue: the locked queue's count is not checked
/// - free == wanted
/// + false
/// ```
/// ```fault
/// semaphore/protocol/release.rs, release_permits: a granted waiter is not woken
/// - if let Some(waker) = waker {
/// -     waker.wake();
/// - }
/// + drop(waker);
/// ```
#[test]
fn release_against_acquire() {
    explore(3, || {
        let semaphore = Arc::new(Semaphore::new(0));
        let other = taking(&semaphore, 1);
        semaphore.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// Writes before a release are visible to the task that acquires the permit.
///
/// ```fault
/// semaphore.rs, give_back: a release does not publish the writes before it
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// semaphore.rs, try_take: an acquire does not acquire the writes before the release
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
#[test]
fn release_publishes() {
    explore(3, || {
        let shared = Arc::new((Semaphore::new(0), Published::default()));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                if shared.0.try_acquire().is_some() {
                    assert_eq!(shared.1.get(), 1);
                }
            })
        };
        shared.1.set(1);
        shared.0.release();
        other.join().unwrap();
    });
}

/// One release grants more waiters than a batch of wakers holds.
///
/// ```fault
/// semaphore/protocol/release.rs, assign_permits: a release wakes only one batch
/// - return permits;
/// + return 0;
/// ```
#[test]
fn release_in_batches() {
    explore(2, || {
        let semaphore = Arc::new(Semaphore::new(0));
        block_on(async {
            let mut first = pin!(semaphore.acquire());
            let mut second = pin!(semaphore.acquire());
            assert!(poll_once(first.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            let other = taking(&semaphore, 1);
            semaphore.release_many(3);
            drop((first.await, second.await));
            other.join().unwrap();
            assert_eq!(semaphore.available_permits(), 3);
        });
    });
}

/// A task with an unpolled acquire requests more and succeeds, whenever the grant comes.
///
/// ```fault
/// semaphore/protocol/acquire.rs, count_round: a task waits for its own uncollected permits
/// - granted_to_task_of(me, waker, reach)
/// + false
/// ```
#[test]
fn futurelock() {
    explore(3, || {
        let semaphore = Arc::new(Semaphore::new(2));
        let permit = semaphore.try_acquire_many(2).unwrap();
        let other = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async {
                    let mut unpolled = pin!(semaphore.acquire());
                    drop(poll_once(unpolled.as_mut()).await);
                    drop(semaphore.acquire_many(2).await);
                });
            })
        };
        permit.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// The same behind another task: the grant is too small for the second future, and passes to that
/// task.
///
/// ```fault
/// semaphore/protocol/acquire.rs, take_over: taken over permits that do not suffice are lost
/// - rest: pool,
/// + rest: 0,
/// ```
#[test]
fn futurelock_behind_another_task() {
    explore(2, || {
        let semaphore = Arc::new(Semaphore::new(2));
        let permit = semaphore.try_acquire_many(2).unwrap();
        let other = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async {
                    let mut unpolled = pin!(semaphore.acquire());
                    drop(poll_once(unpolled.as_mut()).await);
                    let mut between = pin!(semaphore.acquire_many(2));
                    let mut second = pin!(semaphore.acquire_many(2));
                    // Another task's future, polled whenever this task's has been.
                    let mut cx = Context::from_waker(Waker::noop());
                    let mut completed = between.as_mut().poll(&mut cx).is_ready();
                    poll_fn(|own| {
                        let outcome = second.as_mut().poll(own);
                        completed = completed || between.as_mut().poll(&mut cx).is_ready();
                        outcome
                    })
                    .await
                    .release();
                    assert!(completed, "the other task was overtaken");
                });
            })
        };
        permit.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}
