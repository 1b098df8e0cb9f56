//! Each guarded field of many is read by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn total(accounts: &[Account]) -> i64 {
        let mut total = 0;
        for account in accounts {
            total += account.lock.acquire().await.balance;
        }
        total
    }
}

fn main() {}

include!("../../second.rs");
