//! A permit is there once its future has been awaited, not before.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.acquire().await;
    permit.release();
}
