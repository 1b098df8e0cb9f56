//! A block takes each of its locks once.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn transfer(&self, other: &Account) {
        sync_block!(from = self.lock, to = self.lock, {
            from.balance -= 1;
            to.balance += 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
