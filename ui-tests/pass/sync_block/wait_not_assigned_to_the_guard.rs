//! In a block, the guard that a wait gives back is assigned to its name.

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
            while state.letters.is_empty() {
                state = state.wait(&self.arrived).await;
            }
            state.letters.pop()
        })
    }
}

fn main() {}

include!("../../second.rs");
