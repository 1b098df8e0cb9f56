//! Blocking acquisition: from plain threads, and from threads of a runtime that allow it or don't.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::block_in_place;
use underlock::Lock;

use crate::support::{at_once, spend_budget};

/// Blocking threads and async tasks share one queue.
#[test]
fn threads_and_tasks_share_the_lock() {
    const EACH: usize = 2_000;
    let lock = Arc::new(Lock::new(0));
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
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

/// The executor from the documentation of `std::task::Wake`.
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

/// Releases a held lock as soon as there is a waiter.
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

/// The output of `run`, which has to finish in time.
fn within_30_s<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, finished) = mpsc::channel();
    thread::spawn(move || done.send(run()));
    finished.recv_timeout(Duration::from_secs(30)).expect("it hangs")
}

/// Blocking consumes no token of `std::thread::park` that is meant for other code.
#[test]
fn the_park_token_is_not_consumed() {
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

const NOT_HERE: &str = "attempted to block the current thread while the thread is being used to drive \
                        asynchronous tasks";

/// Checks that blocking in a task of `runtime`, on a held lock, panics with tokio's message.
fn must_not_block_in_a_task_of(runtime: &Runtime) {
    let block = || async {
        let lock = Lock::new(());
        let _held = lock.try_acquire();
        lock.blocking_acquire().release();
    };

    let outside_tasks = catch_unwind(AssertUnwindSafe(|| runtime.block_on(block()))).unwrap_err();
    let in_a_task = runtime.block_on(runtime.spawn(block())).unwrap_err().into_panic();
    for panic in [outside_tasks, in_a_task] {
        let message = panic.downcast_ref::<&str>().expect("a string");
        assert!(message.contains(NOT_HERE), "{message}");
    }
}

#[test]
fn blocking_a_thread_that_runs_tasks_panics() {
    within_30_s(|| must_not_block_in_a_task_of(&Builder::new_current_thread().build().unwrap()));
    within_30_s(|| must_not_block_in_a_task_of(&Runtime::new().unwrap()));
}

/// An uncontended acquire never blocks, so it is allowed everywhere.
#[test]
fn a_free_lock_is_taken_anywhere() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { Lock::new(()).blocking_acquire().release() });
}

/// Acquires a lock that another thread releases once there is a waiter.
fn acquire_contended() {
    let lock = Arc::new(Lock::new(()));
    release_when_awaited(&lock);
    lock.blocking_acquire().release();
}

#[test]
fn blocking_works_where_a_runtime_lets_a_thread_block() {
    within_30_s(|| {
        for runtime in [Builder::new_current_thread().build(), Builder::new_multi_thread().build()]
        {
            let runtime = runtime.unwrap();
            runtime.block_on(runtime.spawn_blocking(acquire_contended)).unwrap();
            let _entered = runtime.enter();
            acquire_contended();
        }
    });
}

/// Even with a spent budget: there is no scheduler to yield to.
#[test]
fn blocking_works_in_place() {
    within_30_s(|| {
        let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async {
            spend_budget().await;
            block_in_place(acquire_contended);
        });
        let task = runtime.spawn(async {
            spend_budget().await;
            block_in_place(acquire_contended);
        });
        runtime.block_on(task).unwrap();
    });
}
