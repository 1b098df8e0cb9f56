//! A barrier has at least one party: there is no negative number of them.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(4);
    assert_eq!(barrier.parties(), 4);
}
