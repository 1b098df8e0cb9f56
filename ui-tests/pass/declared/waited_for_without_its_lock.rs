//! A declared condition is waited for by entering its lock, or with its guard.

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
        self.lock.when(&self.not_empty).await.waiting.clear();
    }
}

fn main() {}

include!("../../second.rs");
