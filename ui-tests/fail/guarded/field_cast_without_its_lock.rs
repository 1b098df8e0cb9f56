//! A guarded field is cast by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn shown(&self) -> f64 {
        self.balance as f64 / 100.0
    }
}

fn main() {}

include!("../../second.rs");
