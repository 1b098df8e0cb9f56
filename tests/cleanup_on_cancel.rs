//! Cleanup on cancellation: a task returns what it has taken however it ends, though a destructor
//! can't wait for a lock. The recipes of the documentation of `Lock`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::yield_now;
use underlock::{Condition, Lock, OwnedPermit, Semaphore, guarded, sync_block};

use crate::support::settled;

// === a permit stands for the resource ===

/// A pool: the semaphore counts free values and queues tasks; the mutex only stores values, and is
/// never held across an await.
struct Pool<T> {
    available: Arc<Semaphore>,
    free: Arc<Mutex<Vec<T>>>,
}

struct Taken<T> {
    value: Option<T>,
    free: Arc<Mutex<Vec<T>>>,
    /// Dropped after the value is returned, so the next holder finds one.
    _permit: OwnedPermit,
}

impl<T> Pool<T> {
    fn new(values: Vec<T>) -> Self {
        Self {
            available: Arc::new(Semaphore::new(values.len())),
            free: Arc::new(Mutex::new(values)),
        }
    }

    async fn take(&self) -> Taken<T> {
        let permit = Arc::clone(&self.available).acquire_owned().await;
        let value = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        assert!(value.is_some(), "a value for each permit");
        Taken { value, free: Arc::clone(&self.free), _permit: permit }
    }
}

impl<T> Drop for Taken<T> {
    fn drop(&mut self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).extend(self.value.take());
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_task_returns_its_value_to_the_pool() {
    let pool = Arc::new(Pool::new(vec!["left", "right"]));
    let handlers: Vec<_> = (0..5)
        .map(|_| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move {
                let taken = pool.take().await;
                tokio::time::sleep(Duration::from_secs(1)).await;
                drop(taken);
            })
        })
        .collect();
    settled().await;
    assert!(pool.free.lock().unwrap().is_empty());
    // Two that hold a value, one that waits.
    for handler in &handlers[..3] {
        handler.abort();
    }
    settled().await;
    assert!(pool.free.lock().unwrap().is_empty(), "the other tasks hold them");
    for handler in handlers.into_iter().skip(3) {
        handler.await.unwrap();
    }
    assert_eq!(pool.free.lock().unwrap().len(), 2);
    assert_eq!(pool.available.available_permits(), 2);
}

// === the resource is counted under a lock ===

#[guarded]
struct Office {
    lock: Lock,
    #[guarded(lock)]
    free: usize,
    #[condition(lock)]
    freed: Condition,
}

struct Seat {
    office: Arc<Office>,
}

impl Office {
    fn new(free: usize) -> Self {
        Office { lock: Lock::new(OfficeLock { free }), freed: Condition::shared() }
    }

    async fn take_seat(self: &Arc<Self>) -> Seat {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.freed, |state| state.free > 0).await;
            state.free -= 1;
            Seat { office: Arc::clone(self) }
        })
    }

    async fn return_seat(&self) {
        sync_block!(state = self.lock, {
            state.free += 1;
            state.notify_one(&self.freed);
        });
    }
}

/// Returns the seat right away if the lock is free. Otherwise a task acquires it, or, without a
/// runtime, this thread blocks.
impl Drop for Seat {
    fn drop(&mut self) {
        let return_seat = |mut state: OfficeLockGuard<'_>| {
            state.free += 1;
            state.notify_one(&self.office.freed);
        };
        if let Some(state) = self.office.lock.try_acquire() {
            return_seat(state);
        } else if let Ok(runtime) = Handle::try_current() {
            let office = Arc::clone(&self.office);
            drop(runtime.spawn(async move { office.return_seat().await }));
        } else {
            return_seat(self.office.lock.blocking_acquire());
        }
    }
}

async fn keep_a_seat(office: Arc<Office>) {
    let _seat = office.take_seat().await;
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_task_returns_its_seat() {
    let office = Arc::new(Office::new(1));
    let first = tokio::spawn(keep_a_seat(Arc::clone(&office)));
    let second = tokio::spawn({
        let office = Arc::clone(&office);
        async move { drop(office.take_seat().await) }
    });
    settled().await;
    assert!(!second.is_finished());
    first.abort();
    second.await.unwrap();
    assert_eq!(office.lock.acquire().await.free, 1);
}

#[tokio::test(start_paused = true)]
async fn a_seat_is_returned_while_the_lock_is_held() {
    let office = Arc::new(Office::new(1));
    let first = tokio::spawn(keep_a_seat(Arc::clone(&office)));
    let second = tokio::spawn({
        let office = Arc::clone(&office);
        async move { drop(office.take_seat().await) }
    });
    settled().await;
    let state = office.lock.acquire().await;
    first.abort();
    settled().await;
    assert_eq!(state.free, 0);
    state.release();
    second.await.unwrap();
    while office.lock.acquire().await.free == 0 {
        yield_now().await;
    }
}

#[test]
fn a_seat_is_returned_without_a_runtime() {
    let office = Arc::new(Office::new(1));
    let seat = crate::support::at_once(office.take_seat());
    let state = office.lock.try_acquire();
    let other = std::thread::spawn(move || drop(seat));
    while !format!("{:?}", office.lock).ends_with("waiters: 1 }") {
        std::thread::yield_now();
    }
    drop(state);
    other.join().unwrap();
    assert_eq!(office.lock.try_acquire().unwrap().free, 1);
}
