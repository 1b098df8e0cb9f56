//! In a block too, the guard waits for the condition, and is not given to it.

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
    async fn receive(&self) -> Option<String> {
        sync_block!(state = self.lock, {
            state = state.wait(&self.arrived).await;
            state.letters.pop()
        })
    }
}

fn main() {}

include!("../../second.rs");
