//! A condition stays where it is: the guard takes a reference to it.

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
        state.notify_one(self.arrived);
    }
}

fn main() {}

include!("../../second.rs");
