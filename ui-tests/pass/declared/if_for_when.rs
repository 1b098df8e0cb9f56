//! A declared condition says when it is true.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
