//! All waiters are notified by the guard, with the condition's lock held.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    let guard = ready.acquire().await;
    guard.notify_all();
}
