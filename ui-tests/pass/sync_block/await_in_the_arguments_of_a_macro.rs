//! What a macro in a block is given is not awaited there.

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
    async fn show(&self) {
        let rate = rate().await;
        sync_block!(state = self.lock, {
            println!("{} at {}", state.balance, rate);
        });
    }
}

fn main() {}

include!("../../second.rs");
