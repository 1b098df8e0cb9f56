//! Only whoever has the permit can release it, whatever task that is.

use std::sync::Arc;

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = Arc::new(BoundedSemaphore::new(1));
    let permit = Arc::clone(&semaphore).acquire_owned().await;
    tokio::spawn(async move { semaphore.release() }).await.unwrap();
    drop(permit);
}
