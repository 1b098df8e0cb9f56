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

impl Inbox {
    fn add(&self, state: &mut InboxLockGuard<'_>, letter: String) {
        state.letters.push(letter);
        state.notify_one(&self.arrived);
    }
}

fn main() {}

include!("../../second.rs");
