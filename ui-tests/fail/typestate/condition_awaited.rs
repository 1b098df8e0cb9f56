//! What is awaited is an acquisition or a wait, not the condition.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(true);
    ready.await;
}
