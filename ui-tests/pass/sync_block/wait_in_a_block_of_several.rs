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
        let balance = sync_block!(from = self.lock, {
            from = from.wait_for(&self.changed, |from| from.balance > 0).await;
            from.balance
        });
        sync_block!(to = other.lock, {
            to.balance += balance;
        });
    }
}

fn main() {}

include!("../../second.rs");
