//! A lock is acquired once its future has been awaited, not before.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let count = Lock::new(0);
    let mut guard = count.acquire();
    *guard += 1;
}
