//! A lock is entered once: inside its block the guard is there already.

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
        sync_block!(state = self.lock.when(&self.not_empty), {
            state.waiting.clear();
        });
    }
}

fn main() {}

include!("../../second.rs");
