//! Nothing is joined while a lock is held.

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
        let (one, other) = tokio::join!(rate(), rate());
        sync_block!(state = self.lock, {
            state.balance += one + other;
        });
    }
}

fn main() {}

include!("../../second.rs");
