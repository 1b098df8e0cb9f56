//! The tests of `CPython` 3.13's `test_locks.py` that apply to Rust, under their names.
//!
//! A task that asyncio cancels is aborted or dropped here, and one that ends while it holds a lock
//! returns the guard. Where the original also asserts an order that is up to the runtime, or
//! something that a dropped future can't do, the test says what it asserts instead.
//!
//! The clock is paused in all of them, so [`settled`] returns exactly when all tasks are blocked.

use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::support::{Log, settled};

/// The tasks' results, in the order of the tasks.
async fn gather<T: 'static>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("no task fails"));
    }
    results
}

async fn is_cancelled<T>(task: JoinHandle<T>) -> bool {
    task.await.is_err_and(|error| error.is_cancelled())
}

mod lock {
    use super::*;
    use underlock::{Guard, Lock, sync_block};

    type Held = Guard<'static, ()>;

    #[tokio::test(start_paused = true)]
    async fn test_acquire() {
        static LOCK: Lock = Lock::new(());
        async fn acquire(name: u32, result: Log<u32>) -> Held {
            let guard = LOCK.acquire().await;
            result.push(name);
            guard
        }
        let result = Log::new();

        let guard = LOCK.acquire().await;
        let first = tokio::spawn(acquire(1, result.clone()));
        let second = tokio::spawn(acquire(2, result.clone()));
        settled().await;
        assert!(result.is_empty());

        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1]);
        settled().await;
        assert_eq!(result.entries(), [1]);

        let third = tokio::spawn(acquire(3, result.clone()));
        first.await.unwrap().release();
        settled().await;
        assert_eq!(result.entries(), [1, 2]);

        second.await.unwrap().release();
        settled().await;
        assert_eq!(result.entries(), [1, 2, 3]);

        third.await.unwrap().release();
        assert!(!LOCK.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_cancel() {
        static LOCK: Lock = Lock::new(());
        let guard = LOCK.acquire().await;

        let task = tokio::spawn(LOCK.acquire());
        settled().await;
        assert_eq!(format!("{LOCK:?}"), "Lock { locked: true, waiters: 1 }");
        task.abort();
        assert!(is_cancelled(task).await);
        assert_eq!(format!("{LOCK:?}"), "Lock { locked: true, waiters: 0 }");

        guard.release();
        assert!(!LOCK.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_cancel_race() {
        static LOCK: Lock = Lock::new(());
        async fn lock_it(blocker: Option<tokio::sync::oneshot::Receiver<()>>) {
            let guard = LOCK.acquire().await;
            if let Some(blocker) = blocker {
                blocker.await.unwrap();
            }
            guard.release();
        }

        let (unblock, blocker) = tokio::sync::oneshot::channel();
        let a = tokio::spawn(lock_it(Some(blocker)));
        settled().await;
        assert!(LOCK.is_locked());
        let b = tokio::spawn(lock_it(None));
        settled().await;
        let c = tokio::spawn(lock_it(None));
        settled().await;
        assert_eq!(format!("{LOCK:?}"), "Lock { locked: true, waiters: 2 }");

        // `b` is cancelled while `a` is about to release: the lock must go to `c`.
        unblock.send(()).unwrap();
        b.abort();
        settled().await;
        assert!(!LOCK.is_locked());
        a.await.unwrap();
        assert!(is_cancelled(b).await);
        c.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn test_cancel_release_race() {
        static LOCK: Lock = Lock::new(());
        async fn lock_it(calls: Log<()>, locked: Log<()>) -> Held {
            calls.push(());
            let guard = LOCK.acquire().await;
            locked.push(());
            guard
        }
        let (calls, locked) = (Log::new(), Log::new());

        let guard = LOCK.acquire().await;
        let first = tokio::spawn(lock_it(calls.clone(), locked.clone()));
        let second = tokio::spawn(lock_it(calls.clone(), locked.clone()));
        let third = tokio::spawn(lock_it(calls.clone(), locked.clone()));
        settled().await;

        first.abort();
        guard.release();
        assert!(is_cancelled(first).await);
        settled().await;
        assert_eq!(calls.entries().len(), 3);
        assert_eq!(locked.entries().len(), 1, "the lock is taken by one");
        assert!(second.is_finished());
        assert!(!third.is_finished());

        third.abort();
        assert!(is_cancelled(third).await);
        second.await.unwrap().release();
        assert!(!LOCK.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_finished_waiter_cancelled() {
        static LOCK: Lock = Lock::new(());
        let guard = LOCK.acquire().await;

        let b = tokio::spawn(LOCK.acquire());
        settled().await;
        let c = tokio::spawn(LOCK.acquire());
        b.abort();
        guard.release();
        settled().await;

        assert!(LOCK.is_locked());
        assert!(is_cancelled(b).await);
        c.await.unwrap().release();
        assert!(!LOCK.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_release_no_waiters() {
        let lock = Lock::new(());
        let guard = lock.acquire().await;
        assert!(lock.is_locked());
        guard.release();
        assert!(!lock.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_context_manager() {
        let lock = Lock::new(());
        assert!(!lock.is_locked());
        sync_block!(_guard = lock, {
            assert!(lock.is_locked());
        });
        assert!(!lock.is_locked());
    }
}

mod event {
    use super::*;
    use underlock::Event;

    /// The original also asserts the order in which they run, which is up to the runtime.
    #[tokio::test(start_paused = true)]
    async fn test_wait() {
        static EVENT: Event = Event::new();
        async fn wait(name: u32, result: Log<u32>) {
            EVENT.wait().await;
            result.push(name);
        }
        let result = Log::new();
        assert!(!EVENT.is_set());

        let first = tokio::spawn(wait(1, result.clone()));
        let second = tokio::spawn(wait(2, result.clone()));
        settled().await;
        assert!(result.is_empty());

        let third = tokio::spawn(wait(3, result.clone()));
        EVENT.set();
        settled().await;
        let mut finished = result.entries();
        finished.sort_unstable();
        assert_eq!(finished, [1, 2, 3]);
        gather(vec![first, second, third]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn test_wait_on_set() {
        let event = Event::new();
        event.set();
        crate::support::at_once(event.wait());
    }

    #[tokio::test(start_paused = true)]
    async fn test_wait_cancel() {
        static EVENT: Event = Event::new();
        let task = tokio::spawn(EVENT.wait());
        settled().await;
        assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiters: 1 }");
        task.abort();
        assert!(is_cancelled(task).await);
        assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiters: 0 }");
    }

    #[tokio::test(start_paused = true)]
    async fn test_clear() {
        let event = Event::new();
        assert!(!event.is_set());
        event.set();
        assert!(event.is_set());
        event.clear();
        assert!(!event.is_set());
    }

    #[tokio::test(start_paused = true)]
    async fn test_clear_with_waiters() {
        static EVENT: Event = Event::new();
        let result = Log::new();
        let task = tokio::spawn({
            let result = result.clone();
            async move {
                EVENT.wait().await;
                result.push(1);
            }
        });
        settled().await;
        assert!(result.is_empty());

        EVENT.set();
        EVENT.clear();
        assert!(!EVENT.is_set());
        EVENT.set();
        EVENT.set();
        settled().await;
        assert_eq!(result.entries(), [1]);
        assert_eq!(format!("{EVENT:?}"), "Event { set: true, waiters: 0 }");
        task.await.unwrap();
    }
}

mod condition {
    use super::*;
    use underlock::{Condition, ConditionGuard, Lock, guarded, sync_block};

    type Held = ConditionGuard<'static, ()>;

    #[tokio::test(start_paused = true)]
    async fn test_wait() {
        static CONDITION: Condition = Condition::new(());
        async fn wait(name: u32, result: Log<u32>) -> Held {
            let guard = CONDITION.acquire().await.wait().await;
            result.push(name);
            guard
        }
        let result = Log::new();
        let first = tokio::spawn(wait(1, result.clone()));
        let second = tokio::spawn(wait(2, result.clone()));
        let third = tokio::spawn(wait(3, result.clone()));
        settled().await;
        assert!(result.is_empty());
        assert!(!CONDITION.is_locked());

        let guard = CONDITION.acquire().await;
        guard.notify(1);
        settled().await;
        assert!(result.is_empty());
        assert!(CONDITION.is_locked());

        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1]);
        assert!(CONDITION.is_locked());

        let guard = first.await.unwrap();
        guard.notify(2);
        settled().await;
        assert_eq!(result.entries(), [1]);
        assert!(CONDITION.is_locked());

        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1, 2]);
        assert!(CONDITION.is_locked());

        second.await.unwrap().release();
        settled().await;
        assert_eq!(result.entries(), [1, 2, 3]);
        assert!(CONDITION.is_locked());
        third.await.unwrap().release();
        assert!(!CONDITION.is_locked());
    }

    /// In the original the cancelled wait has reacquired the lock; a dropped one has not.
    #[tokio::test(start_paused = true)]
    async fn test_wait_cancel() {
        static CONDITION: Condition = Condition::new(());
        let task = tokio::spawn(CONDITION.acquire().await.wait());
        settled().await;
        assert_eq!(format!("{CONDITION:?}"), "Condition { locked: false, waiters: 1 }");
        task.abort();
        assert!(is_cancelled(task).await);
        assert_eq!(format!("{CONDITION:?}"), "Condition { locked: false, waiters: 0 }");
    }

    /// As for `test_wait_cancel`: afterwards the lock is free.
    #[tokio::test(start_paused = true)]
    async fn test_wait_cancel_contested() {
        static CONDITION: Condition = Condition::new(());
        let guard = CONDITION.acquire().await;
        assert!(CONDITION.is_locked());
        let task = tokio::spawn(guard.wait());
        settled().await;
        assert!(!CONDITION.is_locked());

        let guard = CONDITION.acquire().await;
        assert!(CONDITION.is_locked());
        guard.notify_one();
        task.abort();
        guard.release();
        assert!(is_cancelled(task).await);
        assert_eq!(format!("{CONDITION:?}"), "Condition { locked: false, waiters: 0 }");
    }

    #[tokio::test(start_paused = true)]
    async fn test_wait_cancel_after_notify() {
        static CONDITION: Condition = Condition::new(());
        let waited = Log::new();
        let task = tokio::spawn({
            let waited = waited.clone();
            async move {
                let guard = CONDITION.acquire().await;
                waited.push(());
                guard.wait().await.release();
            }
        });
        settled().await;

        let guard = CONDITION.acquire().await;
        guard.notify_one();
        settled().await;
        task.abort();
        settled().await;
        guard.release();
        settled().await;

        assert!(is_cancelled(task).await);
        assert_eq!(waited.entries().len(), 1);
        assert!(!CONDITION.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_wait_for() {
        static CONDITION: Condition<bool> = Condition::new(false);
        let result = Log::new();
        let task = tokio::spawn({
            let result = result.clone();
            async move {
                let guard = CONDITION.acquire().await;
                let guard = guard.wait_for(|open| *open).await;
                result.push(1);
                guard.release();
            }
        });
        settled().await;
        assert!(result.is_empty());

        let guard = CONDITION.acquire().await;
        guard.notify_one();
        guard.release();
        settled().await;
        assert!(result.is_empty());

        let mut guard = CONDITION.acquire().await;
        *guard = true;
        guard.notify_one();
        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1]);
        task.await.unwrap();
    }

    async fn wait_and_release(condition: &'static Condition, name: u32, result: Log<u32>) {
        let guard = condition.acquire().await.wait().await;
        result.push(name);
        guard.release();
    }

    #[tokio::test(start_paused = true)]
    async fn test_notify() {
        static CONDITION: Condition = Condition::new(());
        let result = Log::new();
        let tasks = (1..=3)
            .map(|name| tokio::spawn(wait_and_release(&CONDITION, name, result.clone())))
            .collect();
        settled().await;
        assert!(result.is_empty());

        let guard = CONDITION.acquire().await;
        guard.notify(1);
        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1]);

        let guard = CONDITION.acquire().await;
        guard.notify(1);
        guard.notify(2048);
        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1, 2, 3]);
        gather(tasks).await;
    }

    #[tokio::test(start_paused = true)]
    async fn test_notify_all() {
        static CONDITION: Condition = Condition::new(());
        let result = Log::new();
        let tasks = (1..=2)
            .map(|name| tokio::spawn(wait_and_release(&CONDITION, name, result.clone())))
            .collect();
        settled().await;
        assert!(result.is_empty());

        let guard = CONDITION.acquire().await;
        guard.notify_all();
        guard.release();
        settled().await;
        assert_eq!(result.entries(), [1, 2]);
        gather(tasks).await;
    }

    #[tokio::test(start_paused = true)]
    async fn test_context_manager() {
        let condition = Condition::new(());
        assert!(!condition.is_locked());
        sync_block!(_guard = condition, {
            assert!(condition.is_locked());
        });
        assert!(!condition.is_locked());
    }

    #[guarded]
    struct Explicit {
        lock: Lock,
        #[condition(lock)]
        condition: Condition,
    }

    /// asyncio can acquire by either name. Here the condition is acquired by its lock's name; that
    /// it shares the lock shows in a wait, which releases and reacquires it.
    #[tokio::test(start_paused = true)]
    async fn test_explicit_lock() {
        static EXPLICIT: Explicit =
            Explicit { lock: Lock::new(ExplicitLock {}), condition: Condition::shared() };
        assert!(!EXPLICIT.lock.is_locked());
        let waiting = tokio::spawn(async {
            sync_block!(state = EXPLICIT.lock, {
                assert!(EXPLICIT.lock.is_locked());
                state = state.wait(&EXPLICIT.condition).await;
                assert!(EXPLICIT.lock.is_locked());
            });
        });
        settled().await;
        assert!(!EXPLICIT.lock.is_locked());

        sync_block!(state = EXPLICIT.lock, {
            assert!(EXPLICIT.lock.is_locked());
            state.notify_one(&EXPLICIT.condition);
        });
        waiting.await.unwrap();
        assert!(!EXPLICIT.lock.is_locked());
    }

    /// In the original the block goes on with the lock. Here the wait owns the guard, and is
    /// dropped with it.
    #[tokio::test(start_paused = true)]
    async fn test_timeout_in_block() {
        let condition = Condition::new(());
        let guard = condition.acquire().await;
        assert!(timeout(Duration::from_millis(500), guard.wait()).await.is_err());
        assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
    }

    /// Takes items until the count of them is negative.
    async fn consume(condition: &'static Condition<i32>) {
        let mut guard = condition.acquire().await;
        loop {
            guard = guard.wait_for(|items| *items != 0).await;
            if *guard < 0 {
                return;
            }
            *guard -= 1;
        }
    }

    async fn is_consumed_by_the_other(
        condition: &'static Condition<i32>,
        before_cancelling: impl AsyncFnOnce(),
    ) {
        let first = tokio::spawn(consume(condition));
        let second = tokio::spawn(consume(condition));
        settled().await;

        let mut guard = condition.acquire().await;
        *guard += 1;
        guard.notify(1);
        before_cancelling().await;
        first.abort();
        // No task notifies this wait, which releases the lock for a while.
        let _ = timeout(Duration::from_millis(10), guard.wait_for(|items| *items == 0)).await;
        let mut guard = condition.acquire().await;
        assert_eq!(*guard, 0, "a notification was lost");

        *guard = -1;
        guard.notify_all();
        guard.release();
        second.await.unwrap();
        assert!(is_cancelled(first).await);
    }

    #[tokio::test(start_paused = true)]
    async fn test_cancelled_wakeup() {
        static CONDITION: Condition<i32> = Condition::new(0);
        // The notified consumer has not run.
        is_consumed_by_the_other(&CONDITION, async || ()).await;
    }

    #[tokio::test(start_paused = true)]
    async fn test_cancelled_wakeup_relock() {
        static CONDITION: Condition<i32> = Condition::new(0);
        // The notified consumer has been polled and is queued for the lock.
        is_consumed_by_the_other(&CONDITION, settled).await;
    }
}

mod semaphore {
    use super::*;
    use underlock::Semaphore;

    /// Takes a permit without returning it, as a task does that ends without releasing.
    async fn acquire(semaphore: &'static Semaphore, name: u32, result: Log<u32>) {
        semaphore.acquire().await.forget();
        result.push(name);
    }

    #[test]
    fn test_initial_value_zero() {
        assert!(Semaphore::new(0).is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire() {
        static SEMAPHORE: Semaphore = Semaphore::new(3);
        let result = Log::new();
        SEMAPHORE.acquire().await.forget();
        SEMAPHORE.acquire().await.forget();
        assert!(!SEMAPHORE.is_locked());

        let first = tokio::spawn(acquire(&SEMAPHORE, 1, result.clone()));
        let second = tokio::spawn(acquire(&SEMAPHORE, 2, result.clone()));
        let third = tokio::spawn(acquire(&SEMAPHORE, 3, result.clone()));
        settled().await;
        assert_eq!(result.entries(), [1]);
        assert!(SEMAPHORE.is_locked());
        assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 0, waiters: 2 }");

        let fourth = tokio::spawn(acquire(&SEMAPHORE, 4, result.clone()));
        SEMAPHORE.release();
        SEMAPHORE.release();
        assert_eq!(SEMAPHORE.available_permits(), 0);
        settled().await;
        assert_eq!(result.entries().len(), 3);
        assert!(SEMAPHORE.is_locked());
        assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 0, waiters: 1 }");

        first.await.unwrap();
        let racing = vec![second, third, fourth];
        assert_eq!(racing.iter().filter(|task| task.is_finished()).count(), 2);
        SEMAPHORE.release();
        gather(racing).await;
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_cancel() {
        static SEMAPHORE: Semaphore = Semaphore::new(1);
        let permit = SEMAPHORE.acquire().await;
        let task = tokio::spawn(SEMAPHORE.acquire());
        settled().await;
        assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 0, waiters: 1 }");
        task.abort();
        assert!(is_cancelled(task).await);
        assert_eq!(format!("{SEMAPHORE:?}"), "Semaphore { permits: 0, waiters: 0 }");
        drop(permit);
        assert_eq!(SEMAPHORE.available_permits(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_cancel_before_awoken() {
        static SEMAPHORE: Semaphore = Semaphore::new(0);
        let result = Log::new();
        let [first, second, third, fourth] =
            [1, 2, 3, 4].map(|name| tokio::spawn(acquire(&SEMAPHORE, name, result.clone())));
        settled().await;

        first.abort();
        second.abort();
        SEMAPHORE.release();
        settled().await;
        assert_eq!(result.entries(), [3]);
        assert!(third.is_finished());
        assert!(!fourth.is_finished());

        fourth.abort();
        assert!(is_cancelled(fourth).await);
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_hang() {
        static SEMAPHORE: Semaphore = Semaphore::new(0);
        let result = Log::new();
        let first = tokio::spawn(acquire(&SEMAPHORE, 1, result.clone()));
        let second = tokio::spawn(acquire(&SEMAPHORE, 2, result.clone()));
        settled().await;

        first.abort();
        SEMAPHORE.release();
        settled().await;
        assert!(SEMAPHORE.is_locked());
        assert!(second.is_finished());
        assert_eq!(result.entries(), [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_no_hang() {
        static SEMAPHORE: Semaphore = Semaphore::new(1);
        let second = std::sync::Arc::new(std::sync::Mutex::new(None::<JoinHandle<()>>));
        let first = tokio::spawn({
            let second = second.clone();
            async move {
                let permit = SEMAPHORE.acquire().await;
                tokio::task::yield_now().await;
                permit.release();
                // The other task has been granted the permit, and has not run since.
                second.lock().unwrap().as_ref().expect("both were started").abort();
            }
        });
        let task = tokio::spawn(async {
            let _permit = SEMAPHORE.acquire().await;
            unreachable!("cancelled before");
        });
        *second.lock().unwrap() = Some(task);

        first.await.unwrap();
        let task = second.lock().unwrap().take().expect("both were started");
        assert!(is_cancelled(task).await);
        let permit = timeout(Duration::from_secs(1), SEMAPHORE.acquire()).await;
        permit.expect("the permit was returned").release();
    }

    #[tokio::test(start_paused = true)]
    async fn test_release_no_waiters() {
        let semaphore = Semaphore::default();
        let permit = semaphore.acquire().await;
        assert!(semaphore.is_locked());
        permit.release();
        assert!(!semaphore.is_locked());
    }

    #[tokio::test(start_paused = true)]
    async fn test_acquire_fifo_order() {
        static SEMAPHORE: Semaphore = Semaphore::new(1);
        let result = Log::new();
        let mut tasks = JoinSet::new();
        for name in ["c1", "c2", "c3"] {
            let result = result.clone();
            tasks.spawn(async move {
                for round in 1..=2 {
                    let permit = SEMAPHORE.acquire().await;
                    result.push(format!("{name}_{round}"));
                    sleep(Duration::from_millis(10)).await;
                    permit.release();
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(result.entries(), ["c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2"]);
    }

    /// The original asserts 3 before 4. Both own a permit by then, and the order of two runnable
    /// tasks is up to the runtime.
    #[tokio::test(start_paused = true)]
    async fn test_acquire_fifo_order_2() {
        static SEMAPHORE: Semaphore = Semaphore::new(1);
        let result = Log::new();
        let first = tokio::spawn(acquire(&SEMAPHORE, 1, result.clone()));
        let second = tokio::spawn({
            let result = result.clone();
            async move {
                let permit = SEMAPHORE.acquire().await;
                result.push(2);
                permit.release();
                SEMAPHORE.acquire().await.forget();
                result.push(4);
            }
        });
        let third = tokio::spawn(acquire(&SEMAPHORE, 3, result.clone()));
        settled().await;
        assert_eq!(result.entries(), [1]);

        SEMAPHORE.release();
        SEMAPHORE.release();
        gather(vec![first, second, third]).await;
        let order = result.entries();
        let place = |name| order.iter().position(|other| *other == name).expect("all have run");
        assert_eq!(order.len(), 4);
        assert_eq!(place(1), 0);
        assert!(place(2) < place(4) && place(3) > 0, "{order:?}");
    }

    /// The original also asserts 2 before 3, which is up to the runtime.
    #[tokio::test(start_paused = true)]
    async fn test_acquire_fifo_order_3() {
        static SEMAPHORE: Semaphore = Semaphore::new(0);
        let result = Log::new();
        let [first, second, third] =
            [1, 2, 3].map(|name| tokio::spawn(acquire(&SEMAPHORE, name, result.clone())));
        settled().await;
        first.abort();
        settled().await;

        SEMAPHORE.release();
        SEMAPHORE.release();
        gather(vec![second, third]).await;
        assert!(is_cancelled(first).await);
        let mut finished = result.entries();
        finished.sort_unstable();
        assert_eq!(finished, [2, 3]);
    }

    /// The original also asserts 1 before 2, and checks the count in between, where permits here
    /// have been granted already.
    #[tokio::test(start_paused = true)]
    async fn test_acquire_fifo_order_4() {
        static SEMAPHORE: Semaphore = Semaphore::new(0);
        let result = Log::new();
        let first = tokio::spawn(acquire(&SEMAPHORE, 1, result.clone()));
        let second = tokio::spawn({
            let result = result.clone();
            async move {
                SEMAPHORE.release();
                SEMAPHORE.release();
                SEMAPHORE.release();
                acquire(&SEMAPHORE, 2, result).await;
            }
        });
        let third = tokio::spawn(acquire(&SEMAPHORE, 3, result.clone()));
        gather(vec![first, second, third]).await;
        let mut finished = result.entries();
        finished.sort_unstable();
        assert_eq!(finished, [1, 2, 3]);
        assert_eq!(SEMAPHORE.available_permits(), 0);
    }
}

mod barrier {
    use std::sync::Arc;

    use super::*;
    use underlock::{Barrier, BarrierPosition, BrokenBarrier, sync_block};

    const N: usize = 5;

    /// Runs `n` tasks to completion and returns their outputs in order.
    async fn gather_tasks<F>(n: usize, task: impl Fn() -> F) -> Vec<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        gather((0..n).map(|_| tokio::spawn(task())).collect()).await
    }

    #[track_caller]
    fn is_as_new(barrier: &Barrier) {
        assert_eq!(barrier.waiting(), 0);
        assert!(!barrier.is_broken());
    }

    #[tokio::test(start_paused = true)]
    async fn test_context_manager() {
        static BARRIER: Barrier = Barrier::new(3);
        let mut results = gather_tasks(3, || async {
            sync_block!(position = BARRIER, { position.map(BarrierPosition::index) })
        })
        .await;
        results.sort_unstable_by_key(|index| index.ok());
        assert_eq!(results, [Ok(0), Ok(1), Ok(2)]);
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_one_task() {
        let barrier = Barrier::new(1);
        crate::support::at_once(barrier.wait()).unwrap();
        is_as_new(&barrier);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_one_task_twice() {
        static BARRIER: Barrier = Barrier::new(1);
        let first = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 0);
        let second = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(first.await.unwrap(), second.await.unwrap());
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_task_by_task() {
        static BARRIER: Barrier = Barrier::new(3);
        let first = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 1);
        let second = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 2);
        let third = tokio::spawn(BARRIER.wait());
        settled().await;
        gather(vec![first, second, third]).await;
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_tasks_wait_twice() {
        static BARRIER: Barrier = Barrier::new(N);
        let rounds = Log::new();
        gather_tasks(N, || {
            let rounds = rounds.clone();
            async move {
                BARRIER.wait().await.unwrap();
                rounds.push(1);
                BARRIER.wait().await.unwrap();
                rounds.push(2);
            }
        })
        .await;
        assert_eq!(rounds.entries().iter().filter(|round| **round == 1).count(), N);
        assert_eq!(rounds.entries().iter().filter(|round| **round == 2).count(), N);
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_tasks_check_return_value() {
        static BARRIER: Barrier = Barrier::new(N);
        let mut positions = gather_tasks(N, || async {
            BARRIER.wait().await.unwrap();
            BARRIER.wait().await.unwrap().index()
        })
        .await;
        positions.sort_unstable();
        assert_eq!(positions, [0, 1, 2, 3, 4]);
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_blocking_tasks_while_draining() {
        const AGAIN: usize = 2;
        static BARRIER: Barrier = Barrier::new(N);
        static OTHERS: Barrier = Barrier::new(N - AGAIN);
        let again = Arc::new(tokio::sync::Semaphore::new(AGAIN));
        gather_tasks(N, || {
            let again = again.clone();
            async move {
                BARRIER.wait().await.unwrap();
                match again.try_acquire() {
                    Ok(permit) => permit.forget(),
                    Err(_) => {
                        OTHERS.wait().await.unwrap();
                    }
                }
                BARRIER.wait().await.unwrap();
            }
        })
        .await;
        is_as_new(&BARRIER);
        is_as_new(&OTHERS);
    }

    #[tokio::test(start_paused = true)]
    async fn test_filling_tasks_cancel_one() {
        static BARRIER: Barrier = Barrier::new(3);
        let first = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 1);
        let second = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 2);

        first.abort();
        settled().await;
        assert_eq!(BARRIER.waiting(), 1);
        assert!(is_cancelled(first).await);

        let third = tokio::spawn(BARRIER.wait());
        settled().await;
        assert_eq!(BARRIER.waiting(), 2);
        let fourth = tokio::spawn(BARRIER.wait());
        let results = gather(vec![second, third, fourth]).await;
        assert!(results.iter().all(Result::is_ok));
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_reset_barrier() {
        let barrier = Barrier::new(1);
        barrier.reset();
        is_as_new(&barrier);
    }

    #[tokio::test(start_paused = true)]
    async fn test_reset_barrier_while_tasks_waiting() {
        static BARRIER: Barrier = Barrier::new(N);
        let tasks: Vec<_> = (1..N).map(|_| tokio::spawn(BARRIER.wait())).collect();
        settled().await;
        assert_eq!(BARRIER.waiting(), N - 1);
        BARRIER.reset();
        assert_eq!(gather(tasks).await, [Err(BrokenBarrier); N - 1]);
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_reset_barrier_while_tasks_waiting_and_waiting_again() {
        static BARRIER: Barrier = Barrier::new(N);
        let mut tasks: Vec<_> = (1..N)
            .map(|_| {
                tokio::spawn(async {
                    assert_eq!(BARRIER.wait().await, Err(BrokenBarrier));
                    BARRIER.wait().await.is_ok()
                })
            })
            .collect();
        settled().await;
        BARRIER.reset();
        settled().await;
        assert_eq!(BARRIER.waiting(), N - 1);

        tasks.push(tokio::spawn(async { BARRIER.wait().await.is_ok() }));
        assert_eq!(gather(tasks).await, [true; N]);
        is_as_new(&BARRIER);
    }

    #[tokio::test(start_paused = true)]
    async fn test_abort_barrier() {
        let barrier = Barrier::new(1);
        barrier.abort();
        assert_eq!(barrier.waiting(), 0);
        assert!(barrier.is_broken());
    }

    /// Waits twice. The middle party of the first round aborts instead of waiting again.
    async fn wait_or_abort(barrier: &Barrier, passed: &Log<()>, broken: &Log<()>) {
        let waiting = async {
            let position = barrier.wait().await?;
            if position.index() == N / 2 {
                barrier.abort();
                return Ok(());
            }
            barrier.wait().await?;
            passed.push(());
            Ok::<_, BrokenBarrier>(())
        };
        if waiting.await.is_err() {
            broken.push(());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn test_abort_barrier_when_exception() {
        static BARRIER: Barrier = Barrier::new(N);
        let (passed, broken) = (Log::new(), Log::new());
        gather_tasks(N, || {
            let (passed, broken) = (passed.clone(), broken.clone());
            async move { wait_or_abort(&BARRIER, &passed, &broken).await }
        })
        .await;
        assert!(BARRIER.is_broken());
        assert_eq!(passed.entries().len(), 0);
        assert_eq!(broken.entries().len(), N - 1);
        assert_eq!(BARRIER.waiting(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn test_abort_barrier_when_exception_then_resetting() {
        static BARRIER: Barrier = Barrier::new(N);
        static SECOND: Barrier = Barrier::new(N);
        let (passed, broken) = (Log::new(), Log::new());
        let passed_again = gather_tasks(N, || {
            let (passed, broken) = (passed.clone(), broken.clone());
            async move {
                wait_or_abort(&BARRIER, &passed, &broken).await;
                // All parties have left the first round when the barrier is reset, and none arrives
                // before.
                if SECOND.wait().await.unwrap().index() == N / 2 {
                    BARRIER.reset();
                }
                SECOND.wait().await.unwrap();
                BARRIER.wait().await.is_ok()
            }
        })
        .await;
        assert_eq!(passed.entries().len(), 0);
        assert_eq!(broken.entries().len(), N - 1);
        assert_eq!(passed_again, [true; N]);
        is_as_new(&BARRIER);
    }
}
