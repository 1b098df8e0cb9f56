//! A field is guarded by a lock or a condition of it.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[guarded(lock)]
    #[condition(lock)]
    added: Condition,
}

fn main() {}

include!("../../second.rs");
