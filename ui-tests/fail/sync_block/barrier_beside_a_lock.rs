//! A barrier stands in no block of several.

use underlock::{Barrier, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    barrier: Barrier,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, _met = self.barrier, {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
