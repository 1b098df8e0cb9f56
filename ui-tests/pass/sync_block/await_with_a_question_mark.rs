//! What a block may fail with is awaited before the lock is taken.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn rate() -> Result<i64, String> {
    Ok(3)
}

impl Account {
    async fn add_interest(&self) -> Result<(), String> {
        let rate = rate().await?;
        sync_block!(state = self.lock, {
            state.balance += rate;
        });
        Ok(())
    }
}

fn main() {}

include!("../../second.rs");
