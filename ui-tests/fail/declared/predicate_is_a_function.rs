//! A predicate is a closure of the state.

use underlock::{Condition, Lock, guarded};

fn any(state: &JobsLock) -> bool {
    !state.waiting.is_empty()
}

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = any)]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
