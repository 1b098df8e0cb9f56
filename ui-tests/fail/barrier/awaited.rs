//! What is awaited is a wait at the barrier, not the barrier.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    barrier.await;
}
