//! A block that is to keep the lock while it awaits says `async`.

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
        sync_block!(state = self.lock, async {
            state.balance += rate().await;
        });
    }
}

fn main() {}

include!("../../second.rs");
