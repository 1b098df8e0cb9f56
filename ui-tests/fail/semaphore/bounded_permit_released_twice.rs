//! A permit is released once: releasing takes it.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    let permit = semaphore.acquire().await;
    permit.release();
    permit.release();
}
