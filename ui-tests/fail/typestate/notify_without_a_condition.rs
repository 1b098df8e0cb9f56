//! A guard notifies one of the conditions of its lock, and says which.

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
    async fn post(&self, letter: String) {
        let mut state = self.lock.acquire().await;
        state.letters.push(letter);
        state.notify_one();
    }
}

fn main() {}

include!("../../second.rs");
