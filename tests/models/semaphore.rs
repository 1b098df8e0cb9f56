//! Permits are neither lost nor created.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{BoundedSemaphore, Closable, Closed, Semaphore};

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

/// A limit falls while one is acquired and another comes back.
///
/// ```fault
/// semaphore.rs, give_back: a release does not look whether permits are owed
/// - word.has_waiters() || word.flag()
/// + word.has_waiters()
/// ```
/// ```fault
/// semaphore/protocol/resize.rs, take_away: what nobody has is not owed
/// - owe(locked, rest);
/// ```
/// ```fault
/// semaphore/protocol/release.rs, release_permits: the first waiter is granted what is owed
/// - let is_plain = !locked.flag();
/// + let is_plain = true;
/// ```
/// ```fault
/// semaphore/protocol/ledger.rs, pay: what is paid is granted all the same
/// - permits - kept
/// + permits
/// ```
#[test]
fn resize_against_acquire_and_release() {
    explore(3, || {
        let semaphore = Arc::new(BoundedSemaphore::new(2));
        let permits = [semaphore.try_acquire().unwrap(), semaphore.try_acquire().unwrap()];
        let released = Arc::new(AtomicUsize::new(0));
        let other = {
            let (semaphore, released) = (Arc::clone(&semaphore), Arc::clone(&released));
            thread::spawn(move || {
                semaphore.resize(1);
                let permit = block_on(semaphore.acquire());
                assert_eq!(released.load(Relaxed), 2, "there is to be one alone");
                assert!(semaphore.try_acquire().is_none(), "there is to be one alone");
                permit.release();
            })
        };
        for permit in permits {
            released.fetch_add(1, Relaxed);
            permit.release();
        }
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// A limit falls below what one waits for, which has a part of it, and grows again.
///
/// ```fault
/// semaphore/protocol/resize.rs, take_away: what the first waiter has of what it wants stays with it, and is owed too
/// - rest -= part;
/// ```
/// ```fault
/// semaphore/protocol/resize.rs, take_away: the first waiter loses no part
/// - first.set_payload(Claim { missing: claim.missing + part, ..claim });
/// ```
/// ```fault
/// semaphore/protocol/resize.rs, resize: what is added stays nowhere
/// - permits: limit.saturating_sub(before)
/// + permits: 0
/// ```
#[test]
fn resize_against_one_with_a_part() {
    explore(2, || {
        let semaphore = Arc::new(BoundedSemaphore::new(2));
        let permit = semaphore.try_acquire().unwrap();
        let other = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || block_on(semaphore.acquire_many(2)).release())
        };
        semaphore.resize(1);
        permit.release();
        semaphore.resize(2);
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// Two change the limit: there are never more permits than the larger says.
///
/// ```fault
/// semaphore/protocol/resize.rs, resize: the limit changes before the permits do
/// - let mut locked = queue.lock();
/// - let before = total.swap(limit, Ordering::Relaxed);
/// + let before = total.swap(limit, Ordering::Relaxed);
/// + let mut locked = queue.lock();
/// ```
#[test]
fn resize_against_resize() {
    explore(3, || {
        let semaphore = Arc::new(BoundedSemaphore::new(2));
        let shrinking = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || semaphore.resize(1))
        };
        semaphore.resize(2);
        assert!(semaphore.try_acquire_many(3).is_none(), "more than any limit");
        shrinking.join().unwrap();
        assert_eq!(semaphore.available_permits(), semaphore.limit());
    });
}

/// One waits, or comes, while the semaphore is closed, and a permit comes back.
///
/// ```fault
/// semaphore/protocol/close.rs, close: those who wait are not woken
/// - queue::drain(locked);
/// + drop(locked);
/// ```
/// ```fault
/// semaphore/protocol/close.rs, close: permits that were free are gone
/// - free += claim.wanted - claim.missing;
/// ```
/// ```fault
/// semaphore/protocol/acquire.rs, told: who comes to a closed semaphore waits for ever
/// - (me.flag() && me.shared().is_closed()).then_some(REFUSAL)
/// + None
/// ```
#[test]
fn close_against_acquire() {
    explore(2, || {
        let semaphore = Arc::new(Closable::new(Semaphore::new(2)));
        let permit = semaphore.try_acquire().unwrap().unwrap();
        let other = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || match block_on(semaphore.acquire_many(2)) {
                Ok(permit) => permit.release(),
                Err(Closed) => assert!(semaphore.is_closed()),
            })
        };
        semaphore.close();
        permit.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// Nobody acquires once a close has returned.
///
/// ```fault
/// semaphore.rs, give_back: a permit that comes back opens the semaphore again
/// - word.has_waiters() || word.flag()
/// + word.has_waiters()
/// ```
/// ```fault
/// semaphore/protocol/close.rs, close: what is free can be had still
/// - locked.set_count(0);
/// ```
#[test]
fn close_is_final() {
    explore(3, || {
        let semaphore = Arc::new(Closable::new(Semaphore::new(1)));
        let closing = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                semaphore.close();
                assert_eq!(semaphore.try_acquire().unwrap_err(), Closed);
                let free = semaphore.available_permits();
                thread::yield_now();
                // Those that were out come back, and none goes out any more.
                assert!(semaphore.available_permits() >= free);
            })
        };
        if let Ok(Some(permit)) = semaphore.try_acquire() {
            permit.release();
        }
        closing.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// One that waits, with a part of what it wants, goes away while the semaphore is closed.
///
/// ```fault
/// semaphore/protocol/close.rs, close: the first waiter returns its part once more
/// - first.set_payload(Claim { missing: claim.wanted, ..claim });
/// ```
#[test]
fn close_against_cancel() {
    explore(3, || {
        let semaphore = Arc::new(Closable::new(Semaphore::new(1)));
        let leaving = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async { drop(poll_once(pin!(semaphore.acquire_many(2))).await) });
            })
        };
        semaphore.close();
        leaving.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// More wait than a batch of wakers holds.
///
/// ```fault
/// semaphore/protocol.rs, waiters: those who are being refused are counted still
/// - !ledger::is_closed(&mut locked)
/// + true
/// ```
/// ```fault
/// semaphore/protocol/ledger.rs, pay: a permit that comes back when the semaphore is closed goes to those it has refused
/// - if ledger.is_closed() { permits } else { permits.min(balance.unsigned_abs()) }
/// + permits.min(balance.unsigned_abs())
/// ```
#[test]
fn close_in_batches() {
    explore(1, || {
        let semaphore = Arc::new(Closable::new(Semaphore::new(0)));
        block_on(async {
            let mut first = pin!(semaphore.acquire());
            let mut second = pin!(semaphore.acquire());
            let mut third = pin!(semaphore.acquire());
            assert!(poll_once(first.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            assert!(poll_once(third.as_mut()).await.is_pending());
            let closing = {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || semaphore.close())
            };
            assert_eq!(first.await.unwrap_err(), Closed);
            let shown = format!("{semaphore:?}");
            assert!(shown.contains("waiters: 0"), "{shown}");
            semaphore.release();
            assert_eq!(third.await.unwrap_err(), Closed);
            closing.join().unwrap();
            assert!(matches!(poll_once(second.as_mut()).await, Poll::Ready(Err(Closed))));
            assert_eq!(semaphore.available_permits(), 1);
        });
    });
}

/// A task takes over the grant of an abandoned future while the semaphore is closed.
///
/// ```fault
/// semaphore/protocol/acquire.rs, take_over: who is refused meanwhile takes over all the same
/// - if let Some(outcome) = told(me) {
/// -     return TakenOver { outcome, rest: 0, leftover: [me.remove(), Some(waker)] };
/// - }
/// ```
#[test]
fn close_against_futurelock() {
    explore(2, || {
        let semaphore = Arc::new(Closable::new(Semaphore::new(1)));
        let permit = semaphore.try_acquire().unwrap().unwrap();
        block_on(async {
            let mut aside = pin!(semaphore.acquire());
            assert!(poll_once(aside.as_mut()).await.is_pending());
            permit.release();
            let mut second = pin!(semaphore.acquire());
            assert!(poll_once(second.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            let closing = {
                let semaphore = Arc::clone(&semaphore);
                thread::spawn(move || semaphore.close())
            };
            // The one or the other has what was granted.
            let outcome = second.await;
            closing.join().unwrap();
            assert_eq!(aside.await.is_ok(), outcome.is_err());
        });
        assert_eq!(semaphore.available_permits(), 1);
    });
}
