//! What is awaited after a release is awaited where every way there has released the lock.

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
    async fn withdraw(&self) -> i64 {
        sync_block!(state = self.lock, {
            let balance = state.balance;
            state.release();
            balance * rate().await
        })
    }
}

fn main() {}

include!("../../second.rs");
