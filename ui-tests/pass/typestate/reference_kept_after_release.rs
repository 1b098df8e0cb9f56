//! A reference into the data is used before the guard is released.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let names = Lock::new(vec![String::from("Ada")]);
    let guard = names.acquire().await;
    let first = &guard[0];
    println!("{first}");
    guard.release();
}
