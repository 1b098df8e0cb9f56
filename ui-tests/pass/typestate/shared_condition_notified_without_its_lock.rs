//! A condition of a struct's lock is notified by the lock's guard.

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
        state.notify(&self.arrived, 2);
    }
}

fn main() {}

include!("../../second.rs");
