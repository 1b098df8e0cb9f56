//! Each guard of a block has a name of its own.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn transfer(&self, other: &Account) {
        sync_block!(from = self.lock, state = other.lock, {
            from.balance -= 1;
            state.balance += 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
