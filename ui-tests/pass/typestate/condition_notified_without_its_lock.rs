//! A condition is notified by the guard, with its lock held.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let letters = Condition::new(Vec::from(["one", "two"]));
    let guard = letters.acquire().await;
    guard.notify(2);
}
