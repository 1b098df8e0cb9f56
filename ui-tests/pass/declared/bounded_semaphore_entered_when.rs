//! A lock has conditions, and nothing else.

use underlock::{BoundedSemaphore, Condition, Lock, guarded, sync_block};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    bounded_semaphore: BoundedSemaphore,
}

impl Jobs {
    async fn run(&self) {
        sync_block!(_entered = self.lock.when(&self.not_empty), {});
    }
}

fn main() {}

include!("../../second.rs");
