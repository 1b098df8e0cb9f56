//! A bounded semaphore is released by a permit.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.acquire().await;
    permit.release();
}
