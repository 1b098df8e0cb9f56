//! A wait until a condition is true is for a declared one.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    #[condition(lock)]
    changed: Condition,
}

impl Jobs {
    async fn run(&self) {
        let mut state = self.lock.acquire().await;
        state = state.wait_until(&self.changed).await;
        state.waiting.clear();
    }
}

fn main() {}

include!("../../second.rs");
