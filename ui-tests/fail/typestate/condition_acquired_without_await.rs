//! A condition's lock is acquired once its future has been awaited, not before.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    let guard = ready.acquire();
    guard.notify_all();
}
