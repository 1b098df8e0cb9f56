//! A guard notifies the conditions of the value that its lock is a field of.

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
    async fn send(&self, letter: String, to: &Mailbox) {
        sync_block!(state = self.lock, {
            state.letters.push(letter);
            state.notify_one(&to.arrived);
        });
    }
}

fn main() {}

include!("../../second.rs");
