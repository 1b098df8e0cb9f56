//! The time of `within` stands after the lock.

use std::time::Duration;

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> Option<i64> {
        sync_block!(state = self.lock.within(Duration::from_secs(1)), { Some(state.balance) })
            .unwrap_or(None)
    }
}

fn main() {}
