//! Nobody sleeps while others wait for the lock.

use std::time::Duration;

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw_slowly(&self) {
        sync_block!(state = self.lock, {
            state.balance -= 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        });
    }
}

fn main() {}

include!("../../second.rs");
