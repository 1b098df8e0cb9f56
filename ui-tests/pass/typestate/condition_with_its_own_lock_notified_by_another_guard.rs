//! A condition with a lock of its own is notified by its own guard.

use underlock::{Condition, Lock};

#[tokio::main]
async fn main() {
    let lock = Lock::new(());
    let ready = Condition::new(true);
    lock.acquire().await.release();
    let guard = ready.acquire().await;
    guard.notify_all();
}
