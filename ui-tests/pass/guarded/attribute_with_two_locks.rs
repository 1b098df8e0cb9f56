//! A field is guarded by one lock.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    other: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[guarded(other)]
    total: u32,
}

fn main() {}

include!("../../second.rs");
