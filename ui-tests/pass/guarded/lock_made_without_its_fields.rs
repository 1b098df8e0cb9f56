//! A lock of a guarded struct owns the fields it guards.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    fn new() -> Self {
        Account { lock: Lock::new(AccountLock { balance: 0 }) }
    }
}

fn main() {}

include!("../../second.rs");
