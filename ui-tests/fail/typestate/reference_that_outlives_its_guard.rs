//! A reference into the data lives no longer than the guard.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let names = Lock::new(vec![String::from("Ada")]);
    let first;
    {
        let guard = names.acquire().await;
        first = &guard[0];
    }
    println!("{first}");
}
