//! A block takes each lock once.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn move_one(accounts: &[Account]) {
        sync_block!(from = accounts[0].lock, to = accounts[0].lock, {
            from.balance -= 1;
            to.balance += 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
