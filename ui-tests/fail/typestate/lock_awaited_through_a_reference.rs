//! A reference to a lock is not a future either: its `acquire` is.

use underlock::Lock;

async fn add(total: &Lock<u32>) {
    total.await;
}

fn main() {}
