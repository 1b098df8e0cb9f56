//! A guarded field is read by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> i64 {
        self.balance
    }
}

fn main() {}

include!("../../second.rs");
