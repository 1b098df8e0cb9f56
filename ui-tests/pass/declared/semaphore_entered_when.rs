//! A lock has conditions, and nothing else.

use underlock::{Condition, Lock, Semaphore, guarded, sync_block};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    semaphore: Semaphore,
}

impl Jobs {
    async fn run(&self) {
        sync_block!(_entered = self.lock.when(&self.not_empty), {});
    }
}

fn main() {}

include!("../../second.rs");
