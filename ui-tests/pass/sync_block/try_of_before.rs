//! `try` is the method `now`, and the block's value a `Result`.

use underlock::{Busy, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) -> Result<(), Busy> {
        sync_block!(state = self.lock.now(), {
            state.balance -= 1;
        })
    }
}

fn main() {}

include!("../../second.rs");
