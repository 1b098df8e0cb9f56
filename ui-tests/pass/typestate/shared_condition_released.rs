//! A condition that shares a lock has none of its own: the lock's guard releases the lock.

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
        state.release();
    }
}

fn main() {}

include!("../../second.rs");
