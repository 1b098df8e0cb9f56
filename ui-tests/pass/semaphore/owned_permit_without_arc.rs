//! An owned permit keeps its semaphore alive, which takes an `Arc`.

use std::sync::Arc;

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Arc::new(Semaphore::new(1));
    let permit = semaphore.acquire_owned().await;
    drop(permit);
}
