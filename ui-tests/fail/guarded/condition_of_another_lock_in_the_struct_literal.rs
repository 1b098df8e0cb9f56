//! A condition stays with the lock that its attribute names.

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
        sent: Lock::new(InboxSent { drafts: Vec::new() }),
        left: Condition::shared(),
    }
}

fn with_left_of(other: Inbox) -> Inbox {
    Inbox { arrived: other.left, ..inbox() }
}

fn main() {}

include!("../../second.rs");
