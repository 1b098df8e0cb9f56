//! A task that finds all it asks for free never has to wait, and lets others run all the same:
//! tokio's cooperative budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use underlock::{BoundedSemaphore, Lock, Semaphore};

/// Whether another task gets to run while this one does something again and again.
async fn lets_others_run(mut again: impl AsyncFnMut()) -> bool {
    const MANY: usize = 10_000;
    let ran = Arc::new(AtomicBool::new(false));
    tokio::spawn({
        let ran = Arc::clone(&ran);
        async move { ran.store(true, Ordering::Relaxed) }
    });
    for _ in 0..MANY {
        again().await;
    }
    ran.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_free_lock() {
    let lock = Lock::new(());
    assert!(lets_others_run(async || drop(lock.acquire().await)).await);
}

#[tokio::test]
async fn free_permits() {
    let (semaphore, bounded) = (Semaphore::new(2), BoundedSemaphore::new(2));
    assert!(lets_others_run(async || drop(semaphore.acquire().await)).await);
    assert!(lets_others_run(async || drop(semaphore.acquire_many(2).await)).await);
    assert!(lets_others_run(async || drop(bounded.acquire().await)).await);
}
