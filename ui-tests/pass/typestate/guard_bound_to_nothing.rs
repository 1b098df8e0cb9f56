//! `let _` keeps nothing: to hold the lock without using the guard, write `let _guard`.

#![deny(let_underscore_drop)]

use underlock::Lock;

#[tokio::main]
async fn main() {
    let lock = Lock::new(());
    let _guard = lock.acquire().await;
    println!("held");
}
