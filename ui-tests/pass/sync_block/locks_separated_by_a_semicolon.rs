//! Several locks are separated by commas.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn transfer(&self, other: &Account) {
        sync_block!(from = self.lock, to = other.lock, {
            from.balance -= 1;
            to.balance += 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
