//! The head of a block names the lock, not its future.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock.acquire(), {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
