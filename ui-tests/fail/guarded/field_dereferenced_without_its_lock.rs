//! A guarded field is dereferenced by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: Box<i64>,
}

impl Account {
    async fn balance(&self) -> i64 {
        *self.balance
    }
}

fn main() {}

include!("../../second.rs");
