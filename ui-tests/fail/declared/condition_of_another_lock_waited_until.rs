//! A guard waits for the conditions of its own lock.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    other: Lock,
    #[guarded(other)]
    done: u32,
    #[condition(other, when = |state| state.done > 0)]
    any_done: Condition,
}

impl Jobs {
    async fn run(&self) {
        let mut state = self.lock.acquire().await;
        state = state.wait_until(&self.any_done).await;
        state.waiting.clear();
    }
}

fn main() {}

include!("../../second.rs");
