//! A limit is a `Duration`.

use std::time::Duration;

use underlock::{Elapsed, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) -> Result<(), Elapsed> {
        sync_block!(state = self.lock.within(Duration::from_secs(1)), {
            state.balance -= 1;
        })
    }
}

fn main() {}

include!("../../second.rs");
