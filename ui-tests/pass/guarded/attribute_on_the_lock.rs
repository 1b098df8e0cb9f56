//! The attribute stands on the field that is guarded, and not on the lock.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    own: Condition<u32>,
}

fn main() {}

include!("../../second.rs");
