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
        self.lock.acquire().await.waiting.push(1);
        self.not_empty.notify_one();
    }
}

fn main() {}

include!("../../second.rs");
