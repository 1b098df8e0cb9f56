//! A lock with conditions owns the fields it guards.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

fn main() {
    let state = InboxLock { letters: Vec::new() };
    drop(Inbox { lock: Lock::new(state), arrived: Condition::shared() });
}

include!("../../second.rs");
