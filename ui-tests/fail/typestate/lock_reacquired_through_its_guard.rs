//! A guard is the lock held, and gives the data: it is not acquired again.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(0);
    let mut guard = lock.acquire().await;
    *guard.acquire().await += 1;
}
