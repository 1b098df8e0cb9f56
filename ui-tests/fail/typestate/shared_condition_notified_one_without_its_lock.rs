//! One waiter is notified by the guard of the lock that the condition shares.

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
        self.arrived.notify_one();
    }
}

fn main() {}

include!("../../second.rs");
