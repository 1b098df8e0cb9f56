//! A guarded field is passed to a function by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn size(&self) -> i64 {
        Self::positive(self.balance)
    }

    fn positive(balance: i64) -> i64 {
        balance.abs()
    }
}

fn main() {}

include!("../../second.rs");
