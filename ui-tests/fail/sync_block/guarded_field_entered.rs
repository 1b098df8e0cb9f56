//! The head of a block names the lock, not what it guards.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.balance, {
            println!("{}", state.balance);
        });
    }
}

fn main() {}

include!("../../second.rs");
