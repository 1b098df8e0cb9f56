//! Notifying takes the lock oneself: that another task holds it is not enough.

use std::sync::Arc;

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Arc::new(Condition::new(false));
    let guard = ready.acquire().await;
    let other = tokio::spawn({
        let ready = Arc::clone(&ready);
        async move {
            ready.notify_one();
        }
    });
    guard.release();
    other.await.unwrap();
}
