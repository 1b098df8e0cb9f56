//! A permit is there once its future has been awaited, not before.

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire();
    permit.release();
}
