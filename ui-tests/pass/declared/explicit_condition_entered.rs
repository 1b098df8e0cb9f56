//! What is entered when it is true is a declared condition: one that is notified does not say when it is.

use underlock::{Condition, Lock, guarded, sync_block};

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
        sync_block!(state = self.lock.when(&self.not_empty), {
            state.waiting.clear();
        });
    }
}

fn main() {}

include!("../../second.rs");
