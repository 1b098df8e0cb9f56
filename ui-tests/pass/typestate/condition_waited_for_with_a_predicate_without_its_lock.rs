//! The guard waits until something holds: the lock is what lets the predicate look.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(true);
    let guard = ready.acquire().await.wait_for(|ready| *ready).await;
    guard.release();
}
