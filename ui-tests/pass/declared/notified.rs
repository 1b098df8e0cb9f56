//! A declared condition signals itself: nobody notifies it.

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
        state.waiting.push(1);
    }
}

fn main() {}

include!("../../second.rs");
