//! A condition is notified by the guard, with its lock held.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let letters = Condition::new(Vec::from(["one", "two"]));
    letters.notify(2);
}
