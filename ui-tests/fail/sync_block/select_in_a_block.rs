//! Nothing is selected from while a lock is held.

use std::time::Duration;

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
            tokio::select! {
                rate = rate() => state.balance += rate,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        });
    }
}

fn main() {}

include!("../../second.rs");
