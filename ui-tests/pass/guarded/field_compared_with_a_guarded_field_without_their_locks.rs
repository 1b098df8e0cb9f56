//! Guarded fields are compared by the guards of their locks.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    #[guarded(lock)]
    limit: i64,
    id: i64,
}

impl Account {
    async fn is_richer(&self, other: i64) -> bool {
        let state = self.lock.acquire().await;
        state.balance > state.limit && self.id > other
    }
}

fn main() {}

include!("../../second.rs");
