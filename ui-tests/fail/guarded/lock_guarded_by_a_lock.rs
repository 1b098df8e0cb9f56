//! A lock is guarded by no lock.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    inner: Lock,
    #[guarded(inner)]
    items: Vec<u32>,
    #[guarded(lock)]
    total: u32,
}

fn main() {}

include!("../../second.rs");
