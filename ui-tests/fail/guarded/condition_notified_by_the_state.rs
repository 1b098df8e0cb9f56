//! The guard notifies, and not the state that it gives access to.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
    sent: Lock,
    #[guarded(sent)]
    drafts: Vec<String>,
    #[condition(sent)]
    left: Condition,
}

impl InboxLock {
    fn add(&mut self, inbox: &Inbox, letter: String) {
        self.letters.push(letter);
        self.notify_one(&inbox.arrived);
    }
}

fn main() {}

include!("../../second.rs");
