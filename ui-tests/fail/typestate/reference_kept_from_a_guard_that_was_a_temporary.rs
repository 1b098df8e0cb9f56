//! A guard without a name is gone at the end of its statement, and references into it with it.

use underlock::Lock;

#[tokio::main]
async fn main() {
    let names = Lock::new(vec![String::from("Ada")]);
    let first = names.acquire().await.first().unwrap();
    println!("{first}");
}
