//! A permit is released once: releasing takes it.

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await;
    permit.release();
    let permit = semaphore.acquire().await;
    permit.release();
}
