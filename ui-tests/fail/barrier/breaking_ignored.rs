//! A wait at a barrier may end because the barrier was broken.

#![deny(unused_must_use)]

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    barrier.wait().await;
}
