//! A future that is not awaited does nothing: no condition's lock is acquired.

#![deny(unused_must_use)]

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    ready.acquire().await.notify_all();
}
