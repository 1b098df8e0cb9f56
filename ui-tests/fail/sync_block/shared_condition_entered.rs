//! A condition that shares a lock is not entered: the lock is.

use underlock::{Condition, Lock, guarded, sync_block};

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
        sync_block!(state = self.arrived, {
            state.notify_all(&self.arrived);
        });
    }
}

fn main() {}

include!("../../second.rs");
