//! A condition is made with the struct, by `Condition::shared()`.

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

fn main() {}

include!("../../second.rs");
