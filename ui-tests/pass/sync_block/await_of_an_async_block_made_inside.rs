//! An async block may be made in a block that holds a lock, and is awaited after it.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn rate() -> i64 {
    3
}

impl Account {
    async fn add_interest(&self) -> i64 {
        let with_rate = sync_block!(state = self.lock, {
            let balance = state.balance;
            async move { balance + rate().await }
        });
        with_rate.await
    }
}

fn main() {}

include!("../../second.rs");
