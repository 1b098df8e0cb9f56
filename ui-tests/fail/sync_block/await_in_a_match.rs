//! What a `match` in a block looks at is not awaited there.

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
        sync_block!(state = self.lock, {
            match rate().await {
                0 => {}
                rate => state.balance += rate,
            }
        });
    }
}

fn main() {}

include!("../../second.rs");
