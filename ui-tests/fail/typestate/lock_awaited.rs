//! What is awaited is the lock's acquisition, not the lock.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(0);
    let guard = lock.await;
    println!("{guard}");
}
