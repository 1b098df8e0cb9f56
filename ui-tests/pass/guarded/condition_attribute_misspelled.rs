//! The attribute of a condition is `#[condition(lock)]`.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    added: Condition,
}

fn main() {}

include!("../../second.rs");
