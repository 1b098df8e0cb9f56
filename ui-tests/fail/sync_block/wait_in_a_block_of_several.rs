//! A wait lets go of one lock, and a block of several holds others.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    #[condition(lock)]
    changed: Condition,
}

impl Account {
    async fn collect(&self, other: &Account) {
        sync_block!(from = self.lock, to = other.lock, {
            from = from.wait_for(&self.changed, |from| from.balance > 0).await;
            to.balance += from.balance;
        });
    }
}

fn main() {}

include!("../../second.rs");
