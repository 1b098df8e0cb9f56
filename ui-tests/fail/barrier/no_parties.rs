//! A barrier has at least one party.

use underlock::Barrier;

static PHASE: Barrier = Barrier::new(0);

#[tokio::main]
async fn main() {
    PHASE.wait().await.unwrap();
}
