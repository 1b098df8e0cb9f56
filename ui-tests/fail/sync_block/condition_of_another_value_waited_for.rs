//! A guard waits for the conditions of the value that its lock is a field of.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Mailbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Mailbox {
    async fn move_on(&self, from: &Mailbox) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&from.arrived, |state| state.letters.is_empty()).await;
            state.letters.clear();
        });
    }
}

fn main() {}

include!("../../second.rs");
