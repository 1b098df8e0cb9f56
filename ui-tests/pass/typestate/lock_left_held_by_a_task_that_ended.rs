//! A lock does not stay held by a task that has ended: the guard goes with the task, or comes out.

use std::sync::Arc;

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(Lock::new(0));
    let task = tokio::spawn(Arc::clone(&lock).acquire_owned());
    let guard = task.await.unwrap();
    assert!(lock.is_locked());
    drop(guard);
}
