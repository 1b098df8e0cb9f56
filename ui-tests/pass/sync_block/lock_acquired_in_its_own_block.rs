//! A lock is acquired once: inside its block the guard is there already.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, async {
            state.balance -= 1;
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
