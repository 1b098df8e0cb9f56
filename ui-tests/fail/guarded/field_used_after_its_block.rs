//! A guarded field is reached inside of the block that holds its lock.

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
        });
        state.balance
    }
}

fn main() {}

include!("../../second.rs");
