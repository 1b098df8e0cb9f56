//! The data of a lock is reached by its guard.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let names = Lock::new(vec!["Ada"]);
    names.acquire().await.push("Grace");
}
