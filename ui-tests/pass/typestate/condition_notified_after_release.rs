//! Notifying comes before releasing: it takes the lock.

use underlock::Condition;

#[tokio::main]
async fn main() {
    let ready = Condition::new(false);
    let mut guard = ready.acquire().await;
    *guard = true;
    guard.notify_all();
    guard.release();
}
