//! A lock is made with all of the fields it guards.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    #[guarded(lock)]
    closed: bool,
}

impl Account {
    fn new() -> Self {
        Account { lock: Lock::new(AccountLock { balance: 0, closed: false }) }
    }
}

fn main() {}

include!("../../second.rs");
