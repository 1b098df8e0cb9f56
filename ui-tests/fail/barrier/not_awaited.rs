//! A future that is not awaited does nothing: nobody arrives at the barrier.

#![deny(unused_must_use)]

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    barrier.wait();
}
