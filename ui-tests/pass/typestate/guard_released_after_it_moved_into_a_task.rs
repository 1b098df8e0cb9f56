//! A guard that moved into a task is released there.

use std::sync::Arc;

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(Lock::new(0));
    let mut guard = Arc::clone(&lock).acquire_owned().await;
    let task = tokio::spawn(async move {
        *guard += 1;
        guard.release();
    });
    task.await.unwrap();
}
