//! A lock waits for its condition alone, and not beside other locks.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    other: Lock<u32>,
}

impl Jobs {
    async fn run(&self) {
        sync_block!(state = self.lock.when(&self.not_empty), other = self.other, {
            *other += state.waiting.pop().unwrap_or_default();
        });
    }
}

fn main() {}

include!("../../second.rs");
