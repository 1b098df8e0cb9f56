//! A guarded field is reached as long as the guard lives, and no longer.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) -> i64 {
        let mut state = self.lock.acquire().await;
        state.balance -= 1;
        state.balance
    }
}

fn main() {}

include!("../../second.rs");
