//! A guard lives as long as its block.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) -> i64 {
        sync_block!(state = self.lock, {
            state.balance -= 1;
            state.balance
        })
    }
}

fn main() {}

include!("../../second.rs");
