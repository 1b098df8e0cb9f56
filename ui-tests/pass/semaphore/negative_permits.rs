//! A semaphore starts with no permits or more: there is no negative number of them.

use underlock::Semaphore;

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    println!("{semaphore:?}");
}
