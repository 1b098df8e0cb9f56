//! A condition's lock is released by the guard that acquiring the condition gives.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    let guard = ready.acquire().await;
    guard.release();
}
