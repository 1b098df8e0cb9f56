//! What is awaited is a permit, not the bounded semaphore.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.acquire().await;
    drop(permit);
}
