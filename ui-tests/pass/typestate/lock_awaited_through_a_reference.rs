//! A reference to a lock is not a future either: its `acquire` is.

use underlock::Lock;

async fn add(total: &Lock<u32>) {
    *total.acquire().await += 1;
}

fn main() {}
