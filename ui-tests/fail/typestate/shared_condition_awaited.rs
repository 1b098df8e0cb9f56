//! What is awaited is a wait of the lock's guard, not the condition.

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
    async fn arrival(&self) -> usize {
        let mut state = self.lock.acquire().await;
        self.arrived.await;
        state.letters.len()
    }
}

fn main() {}

include!("../../second.rs");
