//! A guard that changes the data is mutable.

use underlock::Lock;

async fn count(hits: &Lock<u64>) {
    let mut guard = hits.acquire().await;
    *guard += 1;
}

fn main() {}
