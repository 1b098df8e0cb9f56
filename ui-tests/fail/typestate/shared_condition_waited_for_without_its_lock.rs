//! The guard of a struct's lock waits for the lock's conditions.

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
    async fn next_arrival(&self) -> usize {
        let state = self.arrived.wait().await;
        state.letters.len()
    }
}

fn main() {}

include!("../../second.rs");
