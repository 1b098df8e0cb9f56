//! The block stands in braces.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self, amount: i64) {
        sync_block!(state = self.lock, {
            if state.balance >= amount {
                state.balance -= amount
            }
        });
    }
}

fn main() {}

include!("../../second.rs");
