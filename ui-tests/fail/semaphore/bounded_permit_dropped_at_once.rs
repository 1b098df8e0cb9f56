//! A permit is held as long as it lives: give it a name.

#![deny(unused_must_use)]

use underlock::BoundedSemaphore;

#[tokio::main]
async fn main() {
    let semaphore = BoundedSemaphore::new(1);
    semaphore.acquire().await;
    println!("held");
}
