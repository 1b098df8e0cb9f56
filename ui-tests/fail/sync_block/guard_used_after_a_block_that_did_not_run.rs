//! Where the block did not run there is no guard.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> i64 {
        match sync_block!(state = self.lock.now(), { state.balance }) {
            Ok(balance) => balance,
            Err(_) => state.balance,
        }
    }
}

fn main() {}

include!("../../second.rs");
