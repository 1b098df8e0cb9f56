//! A block is awaited already: its value is there.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> i64 {
        sync_block!(state = self.lock, { state.balance }).await
    }
}

fn main() {}

include!("../../second.rs");
