//! The value of the block is that of its last expression.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> i64 {
        sync_block!(state = self.lock, { state.balance; })
    }
}

fn main() {}

include!("../../second.rs");
