//! Each lock owns the fields that it guards.

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

fn inbox() -> Inbox {
    Inbox {
        lock: Lock::new(InboxLock { letters: Vec::new() }),
        arrived: Condition::shared(),
        sent: Lock::new(InboxLock { letters: Vec::new() }),
        left: Condition::shared(),
    }
}

fn main() {}

include!("../../second.rs");
