//! A block without `async` enters a further lock by another block.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn move_to(&self, other: &Self) {
        sync_block!(from = self.lock, to = other.lock, {
            to.balance += from.balance;
        });
    }
}

fn main() {}

include!("../../second.rs");
