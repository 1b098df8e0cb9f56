//! A party can't be copied: a barrier is split into all of them at once.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let [mut left] = Barrier::split();
    let mut right = left.clone();
    let (one, other) = tokio::join!(left.wait(), right.wait());
    one.unwrap();
    other.unwrap();
}
