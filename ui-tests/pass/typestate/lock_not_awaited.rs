//! A future that is not awaited does nothing: no lock is acquired.

#![deny(unused_must_use)]

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(());
    let _guard = lock.acquire().await;
}
