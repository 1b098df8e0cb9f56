//! A future that is not awaited does nothing: no permit is acquired.

#![deny(unused_must_use)]

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    semaphore.acquire();
}
