//! An owned permit keeps its semaphore alive, which takes an `Arc`.

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire_owned().await;
    drop(permit);
}
