//! A lock is released by the guard that acquiring it gives.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(0);
    let guard = lock.acquire().await;
    guard.release();
}
