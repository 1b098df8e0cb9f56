//! In a block too, it is the guard that notifies.

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
    async fn post(&self, letter: String) {
        sync_block!(state = self.lock, {
            state.letters.push(letter);
            state.notify_one(&self.arrived);
        });
    }
}

fn main() {}

include!("../../second.rs");
