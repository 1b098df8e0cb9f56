//! The guard is bound by `=`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(self.lock as state, {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
