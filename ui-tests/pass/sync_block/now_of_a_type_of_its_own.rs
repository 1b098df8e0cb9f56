//! What a `now` of a type of its own returns may fail to be entered.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    fn fresh(&self) -> &Lock<AccountLock> {
        &self.lock
    }

    async fn withdraw(&self) {
        sync_block!(state = self.fresh(), {
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
