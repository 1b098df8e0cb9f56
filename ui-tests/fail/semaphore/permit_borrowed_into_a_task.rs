//! A permit that goes into a task is an owned one.

use std::sync::Arc;

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Arc::new(Semaphore::new(1));
    let permit = semaphore.acquire().await;
    tokio::spawn(async move { drop(permit) }).await.unwrap();
}
