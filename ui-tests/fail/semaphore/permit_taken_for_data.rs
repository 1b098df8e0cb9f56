//! A permit lets one go on, and holds no data: what is to be changed is in a `Lock`.

use underlock::{Lock, Semaphore};

async fn count(semaphore: &Semaphore) {
    let mut permit = semaphore.acquire().await;
    *permit += 1;
}

async fn reset(hits: &Lock<u64>) {
    *hits.acquire().await = 0;
}

fn main() {}
