//! A lock is not acquired again in its own block, whatever it waits for.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| state.waiting.is_empty())]
    drained: Condition,
}

impl Jobs {
    async fn add(&self, job: u32) {
        sync_block!(state = self.lock, async {
            drop(self.lock.within(std::time::Duration::from_secs(1)).await);
            state.waiting.push(job);
        });
    }
}

fn main() {}

include!("../../second.rs");
