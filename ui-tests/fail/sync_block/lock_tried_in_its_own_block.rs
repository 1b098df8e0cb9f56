//! A lock is not free inside its own block: there is nothing to try.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, {
            sync_block!(again = self.lock.now(), {
                again.balance -= 1;
            }).unwrap_or(());
        });
    }
}

fn main() {}

include!("../../second.rs");
