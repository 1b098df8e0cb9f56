//! In a block too, a wait takes the guard, and gives it back.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Inbox {
    async fn next(&self) -> Option<String> {
        sync_block!(state = self.lock, {
            drop(state.wait(&self.arrived).await);
            state.letters.pop()
        })
    }
}

fn main() {}

include!("../../second.rs");
