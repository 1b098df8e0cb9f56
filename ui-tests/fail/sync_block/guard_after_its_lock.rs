//! The guard's name stands before its lock.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn deposit(&self, amount: i64) {
        sync_block!(self.lock = state, {
            state.balance += amount;
        });
    }
}

fn main() {}

include!("../../second.rs");
