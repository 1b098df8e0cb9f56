//! A limit holds for all locks, and stands once.

use underlock::{Busy, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn collect(&self, other: &Account) -> Result<(), Busy> {
        sync_block!(from = self.lock.now(), to = other.lock.now(), {
            to.balance += from.balance;
        })
    }
}

fn main() {}

include!("../../second.rs");
