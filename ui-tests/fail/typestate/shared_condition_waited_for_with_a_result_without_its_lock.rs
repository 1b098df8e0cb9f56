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
        let (_state, letter) = self.arrived.wait_for_some(|state| state.letters.pop()).await;
        letter
    }
}

fn main() {}

include!("../../second.rs");
