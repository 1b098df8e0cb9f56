//! Acquire, release, hand-off, cancel and take-over.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Lock;

use crate::{Tracked, explore, join, poll_once};

type Shared = Arc<Lock<Tracked>>;

fn lock() -> Shared {
    Arc::new(Lock::new(Tracked::default()))
}

async fn increment(lock: &Lock<Tracked>) {
    lock.acquire().await.add(1);
}

/// Polls an acquire once; cancels it if it is pending.
async fn try_by_polling(lock: &Lock<Tracked>) {
    let mut acquire = pin!(lock.acquire());
    if let std::task::Poll::Ready(mut guard) = poll_once(acquire.as_mut()).await {
        guard.add(10);
    }
}

fn spawn(
    lock: &Shared,
    run: impl AsyncFnOnce(&Lock<Tracked>) + Send + 'static,
) -> thread::JoinHandle<()> {
    let lock = Arc::clone(lock);
    thread::spawn(move || block_on(async move { run(&lock).await }))
}

/// Mutual exclusion, and each holder sees the writes of the previous one.
///
/// ```fault
/// lock/monitor/release.rs, Turn::drop: a release does not publish the holder's writes
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// lock/monitor/turn.rs, take_idle: the fast path does not acquire the previous holder's writes
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue.rs, try_lock: locking the queue does not acquire writes made under its lock
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/locked.rs, Locked::drop: unlocking the queue does not publish writes made under its lock
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
#[test]
fn two_acquire_and_release() {
    explore(3, || {
        let lock = lock();
        let other = spawn(&lock, increment);
        block_on(increment(&lock));
        other.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 2);
    });
}

/// Two waiters behind a holder.
///
/// ```fault
/// lock/monitor/release.rs, hand_off: a granted waiter is not woken
/// - let waker = grant_first(&mut locked);
/// + drop(grant_first(&mut locked));
/// + let waker = None::<Waker>;
/// ```
/// ```fault
/// queue/ring.rs, insert_before_head: the last waiter is not linked to the next
/// - unsafe { with_links(tail, |tail| tail.next = node) };
/// ```
#[test]
fn three_acquire_and_release() {
    explore(1, || {
        let lock = lock();
        let others = [spawn(&lock, increment), spawn(&lock, increment)];
        block_on(increment(&lock));
        join(others);
        assert_eq!(lock.try_acquire().unwrap().get(), 3);
    });
}

/// The first of three waiters is cancelled after the grant.
///
/// ```fault
/// queue/locked.rs, unlink: cancelling the first waiter drops the rest of the queue
/// - self.set_ring(List::Main, rest)
/// + self.set_ring(List::Main, Ring::EMPTY)
/// ```
#[test]
fn first_of_three_is_cancelled() {
    explore(2, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        block_on(async {
            let mut first = Box::pin(lock.acquire());
            let mut second = Box::pin(lock.acquire());
            assert!(poll_once(first.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            let third = spawn(&lock, increment);
            guard.release();
            drop(first);
            second.await.add(1);
            third.join().unwrap();
        });
        assert_eq!(lock.try_acquire().unwrap().get(), 2);
    });
}

/// A waiter is cancelled during the hand-off: granted or not, the next waiter acquires the lock.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: the grant of a cancelled waiter is not passed on
/// - tag.holds_the_lock()
/// + false
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: cancel checks for a grant before it locks the queue
/// - let mut me = seat.lock();
/// - let tag = Tag(me.tag());
/// + let tag = Tag(seat.tag());
/// + let mut me = seat.lock();
/// ```
#[test]
fn cancel_against_release() {
    explore(2, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let others = [spawn(&lock, try_by_polling), spawn(&lock, increment)];
        guard.release();
        join(others);
        assert_eq!(lock.try_acquire().unwrap().get() % 10, 1);
    });
}

/// A waiter is dropped while it is granted the lock, with another queued behind it.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: a cancelled waiter passes the lock on without waking the next
/// - hand_off(locked);
/// + let first = locked.front(crate::queue::List::Main);
/// + drop(first.and_then(|first| first.tell(|_| super::Kind::Granted as u16)));
/// ```
#[test]
fn grant_against_drop() {
    explore(2, || {
        let lock = std::sync::Arc::new(Lock::new(Tracked::default()));
        let guard = lock.clone().try_acquire_owned().unwrap();
        let mut leaving = Box::pin(lock.acquire());
        assert!(block_on(poll_once(leaving.as_mut())).is_pending());
        let staying = {
            let lock = lock.clone();
            thread::spawn(move || block_on(increment(&lock)))
        };
        let releasing = thread::spawn(move || guard.release());
        drop(leaving);
        staying.join().unwrap();
        releasing.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 1);
    });
}

/// A waiter that is polled with other wakers while it is granted is woken by the last one, or finds
/// the grant.
///
/// ```fault
/// lock/monitor/acquire.rs, step: the waker of a waiter that has been granted meanwhile is replaced
/// - Turn::collect(me)
/// + None::<Turn<'s, N>>
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: a new waker is not stored
/// - entry.set_waker(waker)
/// + Some(waker)
/// ```
#[test]
fn waker_replaced_while_granted() {
    explore(3, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || {
                let mut acquire = Box::pin(lock.acquire());
                // Another `block_on`, another waker.
                let ready = block_on(poll_once(acquire.as_mut())).is_ready();
                if !ready {
                    block_on(acquire).add(1);
                }
            })
        };
        guard.release();
        other.join().unwrap();
        assert!(lock.try_acquire().is_some());
    });
}

/// `try_acquire` does not barge into a hand-off.
///
/// ```fault
/// lock/monitor/turn.rs, barge: a held lock is taken
/// - (!word.flag()).then(|| word.with_flag(true))
/// + Some(word.with_flag(true))
/// ```
/// ```fault
/// lock/monitor/release.rs, hand_off: a granted lock appears free
/// - let waker = grant_first(&mut locked);
/// + locked.set_flag(false);
/// + let waker = grant_first(&mut locked);
/// ```
#[test]
fn try_acquire_against_hand_off() {
    explore(3, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let waiting = spawn(&lock, increment);
        let trying = spawn(&lock, async |lock: &Lock<Tracked>| {
            if let Some(mut guard) = lock.try_acquire() {
                guard.add(10);
            }
        });
        guard.release();
        waiting.join().unwrap();
        trying.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get() % 10, 1);
    });
}

/// A blocking thread and an async task share one queue.
///
/// ```fault
/// blocking.rs, park: a thread that is woken before it parks sleeps on
/// - while !*woken
/// + *woken = false;
/// + while !*woken
/// ```
/// ```fault
/// blocking.rs, wake_by_ref: a parked thread is not unparked
/// - self.wake_up.notify_one();
/// ```
#[test]
fn blocking_against_async() {
    explore(3, || {
        let lock = lock();
        let other = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || lock.blocking_acquire().add(1))
        };
        block_on(increment(&lock));
        other.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 2);
    });
}

/// Owned guards are dropped on another thread.
///
/// ```fault
/// lock/guard/owned.rs, OwnedGuard::drop: an owned guard does not release the lock
/// - drop(turn);
/// + core::mem::forget(turn);
/// ```
#[test]
fn owned_guard_moves_to_another_thread() {
    explore(3, || {
        let lock = std::sync::Arc::new(Lock::new(Tracked::default()));
        let mut guard = lock.clone().try_acquire_owned().unwrap();
        let other = thread::spawn(move || guard.add(1));
        block_on(lock.clone().acquire_owned()).add(1);
        other.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 2);
    });
}

/// A task with an unpolled acquire acquires again and succeeds, whenever the grant comes.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a task waits for its own uncollected grant
/// - granted_to_task_of(me, &waker)
/// + false
/// ```
/// ```fault
/// queue/takeover.rs, are_over: an uncollected grant is found but never taken over
/// - self.0 >= ROUNDS
/// + false
/// ```
#[test]
fn futurelock() {
    explore(3, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let other = spawn(&lock, async |lock: &Lock<Tracked>| {
            let mut unpolled = pin!(lock.acquire());
            let first = poll_once(unpolled.as_mut()).await;
            let was_pending = first.is_pending();
            drop(first);
            lock.acquire().await.add(1);
            if was_pending {
                assert_eq!(unpolled.await.get(), 1);
            }
        });
        guard.release();
        other.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 1);
    });
}
