//! A condition of a guarded struct shares the struct's lock: it is made by `Condition::shared`.

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
    let lock = Lock::new(InboxLock { letters: Vec::new() });
    drop(Inbox { lock, arrived: Condition::new(()) });
}

include!("../../second.rs");
