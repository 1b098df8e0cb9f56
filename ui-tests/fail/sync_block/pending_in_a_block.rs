//! Nothing is left pending while a lock is held.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

/// Stands for the crate, whose macro awaits out of sight.
mod futures {
    macro_rules! pending {
        () => {
            tokio::task::yield_now().await
        };
    }
    pub(crate) use pending;
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, {
            futures::pending!();
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
