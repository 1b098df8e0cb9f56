//! What is awaited is a permit, not the semaphore.

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.await;
    drop(permit);
}
