//! The lock's guard waits for a condition, and gives the guard back.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Mailbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Mailbox {
    async fn receive(&self) -> Option<String> {
        let mut state = self.lock.acquire().await;
        state = self.arrived.wait().await;
        state.letters.pop()
    }
}

fn main() {}

include!("../../second.rs");
