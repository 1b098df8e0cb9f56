//! A predicate captures nothing.

use underlock::{Condition, Lock, guarded};

fn jobs() {
    const MOST: usize = 8;
    #[guarded]
    struct Jobs {
        lock: Lock,
        #[guarded(lock)]
        waiting: Vec<u32>,
        #[condition(lock, when = |state| state.waiting.len() < MOST)]
        not_empty: Condition,
    }

    assert!(MOST > 0);
}

fn main() {}

include!("../../second.rs");
