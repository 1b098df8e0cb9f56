//! A lock is acquired, not locked.

use underlock::Lock;

async fn add(total: &Lock<u32>) {
    *total.lock().await += 1;
}

fn main() {}
