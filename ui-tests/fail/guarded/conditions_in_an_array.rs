//! Each condition is a field of its own.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    changed: [Condition; 2],
}

fn main() {}

include!("../../second.rs");
