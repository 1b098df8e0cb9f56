//! A future that is not awaited does nothing: no permit is acquired.

#![deny(unused_must_use)]

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    semaphore.acquire();
}
