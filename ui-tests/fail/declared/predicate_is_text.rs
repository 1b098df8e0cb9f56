//! A predicate is a closure of the state.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = "!state.waiting.is_empty()")]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
