//! Guarded fields are given to their lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    fn new() -> Self {
        Account { lock: Lock::new(AccountLock { balance: 0 }), balance: 0 }
    }
}

fn main() {}

include!("../../second.rs");
