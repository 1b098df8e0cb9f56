//! The guard waits until there is something to take: the lock is what lets it take.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let letters = Condition::new(vec!["a letter"]);
    let (guard, letter) = letters.wait_for_some(|letters| letters.pop()).await;
    guard.release();
    println!("{letter}");
}
