//! A guard that owns the struct of its lock has the lock from there.

use std::sync::Arc;

use underlock::Lock;

struct Inbox {
    lock: Lock<u32>,
}

async fn clear(inbox: Arc<Inbox>, other: &Lock<u32>) {
    let mut guard = Lock::acquire_owned_by(inbox, |_| other).await;
    *guard = 0;
}

fn main() {}
