//! A guarded field is written by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn close(&mut self) {
        self.lock.acquire().await.balance = 0;
    }
}

fn main() {}

include!("../../second.rs");
