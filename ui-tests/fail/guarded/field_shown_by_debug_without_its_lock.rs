//! The `Debug` of a guarded struct shows its lock, not what the lock guards.

use std::fmt;

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("balance", &self.balance).finish()
    }
}

fn main() {}

include!("../../second.rs");
