//! Acquire, release, cancel, hand over.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Lock;

use crate::{Tracked, explore, poll_once};

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

/// Mutual exclusion, and every increment seen by the next holder. Caught: `Relaxed` for `Acquire`
/// in `Held::try_take` or `WaitQueue::lock`, `Relaxed` for `Release` in `release`.
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

/// A queue of two behind a holder. Caught: a release that grants without taking the waker, or
/// that leaves the lock free.
#[test]
fn three_acquire_and_release() {
    explore(1, || {
        let lock = lock();
        let others = [spawn(&lock, increment), spawn(&lock, increment)];
        block_on(increment(&lock));
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(lock.try_acquire().unwrap().get(), 3);
    });
}

/// One that queues goes away while the lock is handed on: whether it had been granted or not, the
/// next gets the lock. Caught: `leave` without `hand_on` for a granted waiter.
#[test]
fn cancel_against_release() {
    explore(2, || {
        let lock = lock();
        let guard = lock.try_acquire().unwrap();
        let others = [spawn(&lock, try_by_polling), spawn(&lock, increment)];
        guard.release();
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(lock.try_acquire().unwrap().get() % 10, 1);
    });
}

/// A waiter polled with one waker after another while it is granted is woken by the last one it
/// registered, or finds the grant. Caught: `poll_in_line` replacing the waker without looking
/// whether it has been granted under the same lock.
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

/// Neither takes the lock from a hand-off under way. Caught: a release in line that clears the
/// flag before it grants.
#[test]
fn try_acquire_against_hand_off() {
    explore(2, || {
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

/// A thread that blocks and a task that waits are in the same line. Caught: `park` before the
/// last poll in `block_on`.
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
/// Caught: `enter` without the take-over.
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
