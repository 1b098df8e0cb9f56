//! A condition that shares a lock has none of its own: acquire the lock it shares.

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
    async fn announce(&self) {
        let state = self.lock.acquire().await;
        state.notify_all(&self.arrived);
    }
}

fn main() {}

include!("../../second.rs");
