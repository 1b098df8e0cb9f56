//! A predicate captures nothing.

use underlock::{Condition, Lock, guarded};

fn jobs() {
    let most = 8;
    #[guarded]
    struct Jobs {
        lock: Lock,
        #[guarded(lock)]
        waiting: Vec<u32>,
        #[condition(lock, when = |state| state.waiting.len() < most)]
        not_empty: Condition,
    }

    assert!(most > 0);
}

fn main() {}

include!("../../second.rs");
