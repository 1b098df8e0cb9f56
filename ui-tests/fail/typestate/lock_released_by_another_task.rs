//! Only whoever has the guard can release the lock, whatever task that is.

use std::sync::Arc;

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(Lock::new(0));
    let guard = Arc::clone(&lock).acquire_owned().await;
    tokio::spawn(async move { lock.release() }).await.unwrap();
    drop(guard);
}
