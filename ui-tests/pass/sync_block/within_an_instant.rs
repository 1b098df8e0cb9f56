//! A limit is a `Duration`.

use std::time::Instant;

use underlock::{Elapsed, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self, until: Instant) -> Result<(), Elapsed> {
        sync_block!(state = self.lock.within(until.duration_since(Instant::now())), {
            state.balance -= 1;
        })
    }
}

fn main() {}

include!("../../second.rs");
