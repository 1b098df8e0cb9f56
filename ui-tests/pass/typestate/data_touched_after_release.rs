//! The data is reached by the guard, until the guard is released.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(vec![1]);
    let mut guard = lock.acquire().await;
    guard.push(2);
    guard.release();
}
