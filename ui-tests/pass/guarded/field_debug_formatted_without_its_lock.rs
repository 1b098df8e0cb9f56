//! A guarded field is printed by the guard of its lock, for debugging too.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn show(&self) -> String {
        format!("{:?}", self.lock.acquire().await.balance)
    }
}

fn main() {}

include!("../../second.rs");
