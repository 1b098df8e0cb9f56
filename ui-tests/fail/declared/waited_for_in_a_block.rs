//! A declared condition is waited for by what it says, and not by a notification.

use underlock::{Condition, Lock, guarded, sync_block};

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
        sync_block!(state = self.lock, {
            state = state.wait(&self.not_empty).await;
            state.waiting.clear();
        });
    }
}

fn main() {}

include!("../../second.rs");
