//! A limit holds for all locks, and stands on the last one.

use std::time::Duration;

use underlock::{Elapsed, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn collect(&self, other: &Account, limit: Duration) -> Result<(), Elapsed> {
        sync_block!(from = self.lock.within(limit), to = other.lock, {
            to.balance += from.balance;
        })
    }
}

fn main() {}

include!("../../second.rs");
