//! A lock is acquired, not locked.

use underlock::Lock;

async fn add(total: &Lock<u32>) {
    *total.acquire().await += 1;
}

fn main() {}
