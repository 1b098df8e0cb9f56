//! A guarded field is borrowed mutably from the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn take(&mut self) -> i64 {
        Self::take_all(&mut self.lock.acquire().await.balance)
    }

    fn take_all(balance: &mut i64) -> i64 {
        std::mem::take(balance)
    }
}

fn main() {}

include!("../../second.rs");
