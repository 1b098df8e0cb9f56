//! A barrier has at least one party.

use underlock::Barrier;

static PHASE: Barrier = Barrier::new(1);

#[tokio::main]
async fn main() {
    PHASE.wait().await.unwrap();
}
