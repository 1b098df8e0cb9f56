//! The state of a lock is named after the struct and the lock.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

struct StoreLock {
    key: u32,
}

fn main() {}

include!("../../second.rs");
