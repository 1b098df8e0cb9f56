//! Futurelocks by `select!`: a task polls a future by reference, and then awaits the same primitive
//! in another future, which may be queued behind the first.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use underlock::{BoundedSemaphore, Condition, Lock, Semaphore};

use super::{finished, runtimes};

/// What the task does with the unpolled future.
#[derive(Clone, Copy, Debug)]
enum Afterwards {
    Await,
    Drop,
    /// Resumes the `select!`, until it is ready.
    Loop,
}

/// Long enough for others to be queued, or to be no longer polled.
async fn a_while() {
    sleep(Duration::from_millis(5)).await;
}

/// Several tasks that wait for `$first`, and for `$second` in between, while another repeats
/// `$other`.
macro_rules! test {
    (
        $test:ident, $primitive:ident = $make:expr;
        $first:expr; $second:expr; $other:block
        $idle:literal
    ) => {
        #[test]
        fn $test() {
            for runtime in runtimes() {
                for afterwards in [Afterwards::Await, Afterwards::Drop, Afterwards::Loop] {
                    runtime.block_on(async {
                        let primitive = Arc::new($make);
                        let $primitive = Arc::clone(&primitive);
                        let other = tokio::spawn(async move { $other });
                        let task = |_| {
                            let $primitive = Arc::clone(&primitive);
                            tokio::spawn(async move {
                                let mut first = pin!($first);
                                loop {
                                    tokio::select! {
                                        _ = &mut first => return,
                                        () = sleep(Duration::from_millis(1)) => drop($second),
                                    }
                                    match afterwards {
                                        Afterwards::Await => return drop(first.await),
                                        Afterwards::Drop => return,
                                        Afterwards::Loop => {}
                                    }
                                }
                            })
                        };
                        for task in (0..4).map(task).collect::<Vec<_>>() {
                            finished(task).await;
                        }
                        other.abort();
                        finished(other).await;
                        assert_eq!(format!("{primitive:?}"), $idle, "{afterwards:?}");
                    });
                }
            }
        }
    };
}

test! {
    lock, lock = Lock::new(());
    lock.acquire(); lock.acquire().await;
    {
        let guard = lock.acquire().await;
        a_while().await;
        drop(guard);
    }
    "Lock { locked: false, waiters: 0 }"
}

test! {
    lock_owned, lock = Lock::new(());
    Arc::clone(&lock).acquire_owned(); lock.acquire().await;
    {
        let guard = lock.acquire().await;
        a_while().await;
        drop(guard);
    }
    "Lock { locked: false, waiters: 0 }"
}

// Waiters are notified while the lock is held, so some are queued and granted it.
test! {
    condition_wait, condition = Condition::new(());
    async { condition.acquire().await.wait().await }; condition.acquire().await;
    {
        loop {
            let guard = condition.acquire().await;
            guard.notify_all();
            a_while().await;
            drop(guard);
            a_while().await;
        }
    }
    "Condition { locked: false, waiters: 0 }"
}

test! {
    semaphore, semaphore = Semaphore::new(1);
    semaphore.acquire(); semaphore.acquire().await;
    {
        let permit = semaphore.acquire().await;
        a_while().await;
        drop(permit);
    }
    "Semaphore { permits: 1, waiters: 0 }"
}

test! {
    semaphore_of_many, semaphore = BoundedSemaphore::new(4);
    semaphore.acquire_many(3); semaphore.acquire_many(2).await;
    {
        let mut permits = semaphore.acquire_many(4).await;
        while let Some(permit) = permits.split(1) {
            a_while().await;
            drop(permit);
        }
    }
    "BoundedSemaphore { permits: 4/4, waiters: 0 }"
}
