//! One waiter is notified by the guard, with the condition's lock held.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    ready.notify_one();
}
