//! Permits merge that are of one semaphore.

use underlock::{BoundedSemaphore, Semaphore};

#[tokio::main]
async fn main() {
    let plain = Semaphore::new(2);
    let bounded = BoundedSemaphore::new(2);
    let mut permit = bounded.acquire().await;
    permit.merge(plain.acquire().await).unwrap();
}
