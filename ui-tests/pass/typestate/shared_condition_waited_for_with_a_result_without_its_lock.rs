//! What a wait takes is taken with the lock held: so the lock's guard waits.

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
    async fn next(&self) -> String {
        let state = self.lock.acquire().await;
        let (_state, letter) =
            state.wait_for_some(&self.arrived, |state| state.letters.pop()).await;
        letter
    }
}

fn main() {}

include!("../../second.rs");
