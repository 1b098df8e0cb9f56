//! What a task keeps while it waits for a lock has to be sendable.

use std::sync::Arc;

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(Lock::new(0));
    let task = tokio::spawn(async move {
        let amount = Arc::new(1);
        let mut guard = lock.acquire().await;
        *guard += *amount;
    });
    task.await.unwrap();
}
