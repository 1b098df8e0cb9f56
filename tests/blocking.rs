//! Blocking acquisition: from threads, where a runtime allows it, and where it does not.

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

/// Threads that block and tasks that wait share the lock.
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

const NOT_HERE: &str = "attempted to block the current thread while the thread is being used to drive \
                        asynchronous tasks";

/// That blocking in a task of `runtime`, for a lock that another holds, panics with tokio's words.
fn must_not_block_in_a_task_of(runtime: &Runtime) {
    let block = || async {
        let lock = Lock::new(());
        let _held = lock.try_acquire();
        lock.blocking_acquire().release();
    };

    let outside_tasks = catch_unwind(AssertUnwindSafe(|| runtime.block_on(block()))).unwrap_err();
    let in_a_task = runtime.block_on(runtime.spawn(block())).unwrap_err().into_panic();
    for panic in [outside_tasks, in_a_task] {
        let words = panic.downcast_ref::<&str>().expect("a text");
        assert!(words.contains(NOT_HERE), "{words}");
    }
}

#[test]
fn blocking_a_thread_that_runs_tasks_panics() {
    within_30_s(|| must_not_block_in_a_task_of(&Builder::new_current_thread().build().unwrap()));
    within_30_s(|| must_not_block_in_a_task_of(&Runtime::new().unwrap()));
}

/// Nothing is blocked where the lock is free.
#[test]
fn a_free_lock_is_taken_anywhere() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { Lock::new(()).blocking_acquire().release() });
}

/// Acquires a lock that another thread releases once it is awaited.
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

/// One that has spent its budget too: there is no scheduler that it could yield to.
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
