//! `#[condition]` names a field of type `Lock`.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(capacity)]
    added: Condition,
    capacity: usize,
}

fn main() {}

include!("../../second.rs");
