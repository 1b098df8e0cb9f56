//! A lock is entered when a condition of its own is true.

use underlock::{Condition, Lock, guarded, sync_block};

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
        sync_block!(state = self.lock.when(&self.not_empty), {
            state.waiting.clear();
        });
    }
}

fn main() {}

include!("../../second.rs");
