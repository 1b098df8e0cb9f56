//! `#[condition(lock)]` on a field is read by `#[guarded]` on the struct.

use underlock::{Condition, Lock};

struct Store {
    lock: Lock,
    #[condition(lock)]
    added: Condition,
}

fn main() {}

include!("../../second.rs");
