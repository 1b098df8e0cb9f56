//! The predicate of a wait sees what the lock guards: so the lock's guard waits.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Inbox {
    async fn count(&self) -> usize {
        let state = self.lock.acquire().await;
        let state = state.wait_for(&self.arrived, |state| !state.letters.is_empty()).await;
        state.letters.len()
    }
}

fn main() {}

include!("../../second.rs");
