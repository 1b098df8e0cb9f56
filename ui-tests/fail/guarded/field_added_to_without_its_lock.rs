//! A guarded field is changed by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn deposit(&mut self, amount: i64) {
        self.balance += amount;
    }
}

fn main() {}

include!("../../second.rs");
