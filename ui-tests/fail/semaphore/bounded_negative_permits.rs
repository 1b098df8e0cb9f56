//! A bounded semaphore starts with no permits or more: there is no negative number of them.

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(-1);
    println!("{semaphore:?}");
}
