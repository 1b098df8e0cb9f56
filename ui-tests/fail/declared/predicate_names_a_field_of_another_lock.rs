//! A predicate sees what its lock guards, and nothing else.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    other: Lock,
    #[guarded(other)]
    most: usize,
    #[condition(lock, when = |state| state.waiting.len() < state.most)]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
