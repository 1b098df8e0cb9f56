//! A declared condition is waited for by what it says, and not by a notification.

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
        let mut state = self.lock.acquire().await;
        state = state.wait_for(&self.not_empty, |state| !state.waiting.is_empty()).await;
        state.waiting.clear();
    }
}

fn main() {}

include!("../../second.rs");
