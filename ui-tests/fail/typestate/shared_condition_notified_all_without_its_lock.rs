//! All waiters are notified by the guard of the lock that the condition shares.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    closed: bool,
    #[condition(lock)]
    changed: Condition,
}

impl Inbox {
    async fn close(&self) {
        let mut state = self.lock.acquire().await;
        state.closed = true;
        self.changed.notify_all();
    }
}

fn main() {}

include!("../../second.rs");
