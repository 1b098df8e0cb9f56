//! In a block too, a guarded field is reached by the guard.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&mut self) {
        sync_block!(state = self.lock, {
            self.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
