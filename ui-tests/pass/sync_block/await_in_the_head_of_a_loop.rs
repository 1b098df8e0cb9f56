//! A loop over what is awaited stands around the block, not in it.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn rate() -> Option<i64> {
    None
}

impl Account {
    async fn add_up(&self) {
        while let Some(rate) = rate().await {
            sync_block!(state = self.lock, {
                state.balance += rate;
            });
        }
    }
}

fn main() {}

include!("../../second.rs");
