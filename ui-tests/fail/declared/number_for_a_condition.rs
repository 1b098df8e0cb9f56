//! A lock is entered when a condition is true.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
}

impl Jobs {
    async fn run(&self) {
        self.lock.when(&1).await.waiting.clear();
    }
}

fn main() {}

include!("../../second.rs");
