//! A party arrives once in a round.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let mut parties = Barrier::split::<2>();
    let [left, right] = parties.each_mut();
    println!("{left:?} and {right:?} meet");
    let (one, other) = tokio::join!(left.wait(), right.wait());
    one.unwrap();
    other.unwrap();
}
