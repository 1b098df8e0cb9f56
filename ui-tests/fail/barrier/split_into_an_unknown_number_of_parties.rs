//! The number of parties follows from the pattern, or is written.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let parties = Barrier::split();
    drop(parties);
}
