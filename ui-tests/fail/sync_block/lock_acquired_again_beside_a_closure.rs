//! A lock is acquired again once its guard is gone, into a closure too.

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
            let again = self.lock.acquire().await;
            let end = move || state.release();
            end();
            again.release();
        });
    }
}

fn main() {}

include!("../../second.rs");
