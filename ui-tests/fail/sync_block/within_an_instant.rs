//! `within` takes a `Duration`.

use std::time::Instant;

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self, until: Instant) -> Option<i64> {
        sync_block!(state = self.lock.within(until), { Some(state.balance) }).unwrap_or(None) }
    }
}

fn main() {}
