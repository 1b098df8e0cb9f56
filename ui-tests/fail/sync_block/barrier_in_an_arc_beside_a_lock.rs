//! A barrier stands in no block of several, however it is reached.

use std::sync::Arc;

use underlock::{Barrier, Busy, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    barrier: Arc<Barrier>,
}

impl Account {
    async fn withdraw(&self) -> Result<(), Busy> {
        sync_block!(_met = self.barrier, state = self.lock.now(), {
            state.balance -= 1;
        })
    }
}

fn main() {}

include!("../../second.rs");
