//! A predicate sees what its lock guards, and nothing else.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    most: usize,
    #[condition(lock, when = |state| state.waiting.len() < self.most())]
    not_empty: Condition,
}

fn main() {}

include!("../../second.rs");
