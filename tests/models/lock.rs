//! Acquire, release, cancel, hand over.

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

/// Acquires, but goes away if that takes waiting.
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

/// Mutual exclusion, and every increment seen by the next holder.
///
/// ```fault
/// lock/monitor/release.rs, Turn::drop: the next holder may not see what a release leaves
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// lock/monitor/turn.rs, take_idle: who takes a free lock may not see what the last holder left
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue.rs, try_lock: who locks the queue may not see what was done under its lock
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/locked.rs, Locked::drop: unlocking the queue may not show what was done under its lock
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

/// A queue of two behind a holder.
///
/// ```fault
/// lock/monitor/release.rs, hand_off: the lock is granted to one who is not woken
/// - let waker = grant_first(&mut locked);
/// + drop(grant_first(&mut locked));
/// + let waker = None::<Waker>;
/// ```
/// ```fault
/// queue/ring.rs, insert_before_head: whoever is last in line is not linked to
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

/// The first of three in line goes away when it has been granted the lock.
///
/// ```fault
/// queue/locked.rs, unlink: who is behind the first is forgotten when the first goes away
/// - self.set_ring(List::Main, rest)
/// + self.set_ring(List::Main, Ring::EMPTY)
/// ```
#[test]
fn three_waiters_of_whom_one_leaves() {
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

/// One that queues goes away while the lock is handed on: whether it had been granted or not, the
/// next gets the lock.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: who goes away keeps the lock that it was granted
/// - tag.holds_the_lock()
/// + false
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: who goes away looks whether it was granted the lock before it locks the queue
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

/// The lock is granted to one that is dropped at the same time, with another behind it.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: who goes away does not wake the one that it hands the lock to
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

/// A waiter polled with one waker after another while it is granted is woken by the last one it
/// registered, or finds the grant.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a waker is replaced of one who has been granted the lock meanwhile
/// - Turn::collect(me)
/// + None::<Turn<'s, N>>
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: a new waker is not put in
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

/// Neither takes the lock from a hand-off under way.
///
/// ```fault
/// lock/monitor/turn.rs, barge: a lock that is held is taken
/// - (!word.flag()).then(|| word.with_flag(true))
/// + Some(word.with_flag(true))
/// ```
/// ```fault
/// lock/monitor/release.rs, hand_off: a lock that is granted looks free
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

/// A thread that blocks and a task that waits are in the same line.
///
/// ```fault
/// blocking.rs, park: a thread that is woken before it parks sleeps on
/// - while !*woken
/// + *woken = false;
/// + while !*woken
/// ```
/// ```fault
/// blocking.rs, wake_by_ref: a thread that is asleep is not woken
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

/// Guards that own their lock are dropped on another thread than they were made on.
///
/// ```fault
/// lock/guard.rs, OwnedGuard::drop: a guard that owns its lock does not release it
/// - drop(unsafe { Turn::of_guard(&self.lock.queue) });
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

/// A task that set an acquire aside and asks again gets through, whenever the grant comes.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a task waits for a grant that only itself could collect
/// - granted_to_task_of(me, &waker)
/// + false
/// ```
/// ```fault
/// queue/takeover.rs, are_over: a grant is looked for for ever and not taken over
/// - self.0 >= ROUNDS
/// + false
/// ```
#[test]
fn futurelock() {
    explore(3, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let other = spawn(&lock, async |lock: &Lock<Tracked>| {
            let mut aside = pin!(lock.acquire());
            let first = poll_once(aside.as_mut()).await;
            let set_aside = first.is_pending();
            drop(first);
            lock.acquire().await.add(1);
            if set_aside {
                assert_eq!(aside.await.get(), 1);
            }
        });
        guard.release();
        other.join().unwrap();
        assert_eq!(lock.try_acquire().unwrap().get(), 1);
    });
}
