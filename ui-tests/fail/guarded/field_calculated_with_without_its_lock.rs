//! A guarded field takes part in a calculation by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn after(&self, amount: i64) -> i64 {
        self.balance - amount
    }
}

fn main() {}

include!("../../second.rs");
