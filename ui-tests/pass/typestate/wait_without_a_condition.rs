//! A guard waits for one of the conditions of its lock, and says which.

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
    async fn collect(&self) -> Option<String> {
        let mut state = self.lock.acquire().await;
        state = state.wait(&self.arrived).await;
        state.letters.pop()
    }
}

fn main() {}

include!("../../second.rs");
