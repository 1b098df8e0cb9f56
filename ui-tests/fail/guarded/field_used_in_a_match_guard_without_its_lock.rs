//! A guarded field is looked at by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn is_covered(&self, amount: Option<i64>) -> bool {
        match amount {
            Some(amount) if self.balance >= amount => true,
            _ => false,
        }
    }
}

fn main() {}

include!("../../second.rs");
