//! What takes time is awaited before the lock is taken.

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
    async fn add_interest(&self) {
        let rate = rate().await;
        sync_block!(state = self.lock, {
            state.balance += rate;
        });
    }
}

fn main() {}

include!("../../second.rs");
