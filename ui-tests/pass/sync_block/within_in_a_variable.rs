//! The macro has to see the limit.

use std::time::Duration;

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self, limit: Duration) {
        let lock = &self.lock;
        sync_block!(state = lock.within(limit), {
            state.balance -= 1;
        })
        .ok();
    }
}

fn main() {}

include!("../../second.rs");
