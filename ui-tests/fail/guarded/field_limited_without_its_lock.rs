//! A guarded field is compared with a limit by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn available(&self) -> i64 {
        self.balance.min(1_000)
    }
}

fn main() {}

include!("../../second.rs");
