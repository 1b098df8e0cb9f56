//! A lock has one guard at a time.

use underlock::Lock;

async fn twice(hits: &Lock<u64>) -> u64 {
    let guard = hits.acquire().await;
    let other = Clone::clone(&guard);
    *guard + *other
}

fn main() {}
