//! A bounded semaphore gets back what was taken from it, by the permit.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(3);
    semaphore.release_many(2);
}
