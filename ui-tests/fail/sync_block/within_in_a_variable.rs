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
        let entered = self.lock.within(limit);
        sync_block!(state = entered, {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
