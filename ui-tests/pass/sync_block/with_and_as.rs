//! A block names its guard by `=`, where Python says `with … as`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn deposit(&self, amount: i64) {
        sync_block!(state = self.lock, {
            state.balance += amount;
        });
    }
}

fn main() {}

include!("../../second.rs");
