//! A loop that awaits stands around the block, not in it.

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
    async fn add_up(&self) {
        sync_block!(state = self.lock, {
            for _ in 0..3 {
                state.balance += rate().await;
            }
        });
    }
}

fn main() {}

include!("../../second.rs");
