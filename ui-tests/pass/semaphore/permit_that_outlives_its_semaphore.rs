//! A permit lives no longer than its semaphore; an owned one keeps it alive.

use std::sync::Arc;

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let permit;
    {
        let semaphore = Arc::new(Semaphore::new(1));
        permit = semaphore.acquire_owned().await;
    }
    permit.release();
}
