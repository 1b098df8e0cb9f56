//! A condition shares its lock; it is not guarded by it.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[guarded(lock)]
    added: Condition,
}

fn main() {}

include!("../../second.rs");
