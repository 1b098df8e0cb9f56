//! A predicate looks, and changes nothing.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| state.waiting.pop().is_some())]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
