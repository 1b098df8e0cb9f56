//! A block runs in place: there is nothing to move.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, async move {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
