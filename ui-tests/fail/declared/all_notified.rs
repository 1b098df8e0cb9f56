//! A declared condition signals itself: nobody notifies it.

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
            state.waiting.extend([1, 2]);
            state.notify_all(&self.not_empty);
        });
    }
}

fn main() {}

include!("../../second.rs");
