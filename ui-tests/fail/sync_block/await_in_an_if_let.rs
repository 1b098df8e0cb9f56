//! What an `if let` in a block looks at is not awaited there.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn rate() -> Option<i64> {
    Some(3)
}

impl Account {
    async fn add_interest(&self) {
        sync_block!(state = self.lock, {
            if let Some(rate) = rate().await {
                state.balance += rate;
            }
        });
    }
}

fn main() {}

include!("../../second.rs");
