//! A guarded field is compared by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn is_empty(&self) -> bool {
        self.lock.acquire().await.balance == 0
    }
}

fn main() {}

include!("../../second.rs");
