//! Each acquire is released once: releasing takes the guard.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(0);
    let guard = lock.acquire().await;
    guard.release();
    guard.release();
}
