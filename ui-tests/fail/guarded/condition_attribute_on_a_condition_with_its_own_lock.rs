//! A condition written with a type has a lock of its own.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    added: Condition<u32>,
}

fn main() {}

include!("../../second.rs");
