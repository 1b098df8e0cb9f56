//! Blocking acquisition from threads, and from where it should not be but must not hang.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use underlock::Lock;

use crate::support::{at_once, spend_budget};

/// Threads that block and tasks that wait share the lock.
#[test]
fn threads_and_tasks_share_the_lock() {
    const EACH: usize = 2_000;
    let lock = Arc::new(Lock::new(0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let lock = Arc::clone(&lock);
            runtime.spawn(async move {
                for _ in 0..EACH {
                    *lock.acquire().await += 1;
                }
            })
        })
        .collect();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..EACH).for_each(|_| *lock.blocking_acquire() += 1));
        }
    });
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(*lock.try_acquire().unwrap(), 4 * EACH);
}

/// In a task that has spent its budget a blocking acquire may not wait to be polled again by the
/// scheduler, whose thread it blocks. The window is between trying and the first poll, so another
/// thread takes and releases the lock all the time.
#[test]
fn a_spent_budget_does_not_block_for_ever() {
    const TIMES: usize = 20_000;
    let lock = Arc::new(Lock::new(()));
    let stop = Arc::new(AtomicBool::new(false));
    let busy = thread::spawn({
        let (lock, stop) = (Arc::clone(&lock), Arc::clone(&stop));
        move || {
            while !stop.load(Ordering::Relaxed) {
                drop(lock.try_acquire());
            }
        }
    });
    let (done, finished) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for _ in 0..TIMES {
                spend_budget().await;
                drop(lock.blocking_acquire());
            }
        });
        done.send(()).unwrap();
    });
    let outcome = finished.recv_timeout(Duration::from_secs(30));
    stop.store(true, Ordering::Relaxed);
    busy.join().unwrap();
    outcome.expect("it waits for a scheduler that does not run");
}

/// The executor in the documentation of `std::task::Wake`.
fn run_by_parking<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Releases the lock, which is held, once somebody waits for it.
fn release_when_awaited(lock: &Arc<Lock>) {
    let guard = at_once(Arc::clone(lock).acquire_owned());
    let lock = Arc::clone(lock);
    thread::spawn(move || {
        while format!("{lock:?}") != "Lock { locked: true, waiters: 1 }" {
            thread::yield_now();
        }
        guard.release();
    });
}

/// What `run` gives, unless it does not come to an end.
fn within_30_s<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, finished) = mpsc::channel();
    thread::spawn(move || done.send(run()));
    finished.recv_timeout(Duration::from_secs(30)).expect("it does not come to an end")
}

/// The token of `std::thread::park` belongs to whoever else parks the thread.
#[test]
fn the_threads_park_token_is_left_alone() {
    let polls = within_30_s(|| {
        let mut polls = 0;
        run_by_parking(poll_fn(|cx| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            let lock = Arc::new(Lock::new(()));
            release_when_awaited(&lock);
            lock.blocking_acquire().release();
            Poll::Pending
        }));
        polls
    });
    assert_eq!(polls, 2);
}
