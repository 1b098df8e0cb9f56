//! Inside its block a lock is used by the guard that is there, and not acquired once more.

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
            let mut again = self.lock.acquire().await;
            again.balance += amount;
            println!("{}", state.balance);
        });
    }
}

fn main() {}

include!("../../second.rs");
