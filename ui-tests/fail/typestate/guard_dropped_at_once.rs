//! A guard holds the lock as long as it lives: give it a name.

#![deny(unused_must_use)]

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(());
    lock.acquire().await;
    println!("held");
}
