//! A condition of a guarded struct says whose lock it shares.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    added: Condition,
}

fn main() {}

include!("../../second.rs");
