//! The guard of a condition with a lock of its own knows its condition: there is no other to name.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let (empty, full) = (Condition::new(0), Condition::new(0));
    let guard = empty.acquire().await;
    guard.notify_one();
    full.acquire().await.notify_one();
}
