//! `within` is a method, and the block's value a `Result`.

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
        sync_block!(from = self.lock, to = other.lock.within(limit), {
            to.balance += from.balance;
        })
    }
}

fn main() {}

include!("../../second.rs");
