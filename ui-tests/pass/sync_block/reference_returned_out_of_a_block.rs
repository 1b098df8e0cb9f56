//! What is returned out of a block does not borrow from its guard.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn entries(&self) -> Vec<i64> {
        sync_block!(state = self.lock, { return state.entries.clone() })
    }
}

fn main() {}

include!("../../second.rs");
