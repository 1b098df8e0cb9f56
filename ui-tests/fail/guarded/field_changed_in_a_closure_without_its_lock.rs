//! A closure changes a guarded field by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn add_all(&mut self, amounts: &[i64]) {
        amounts.iter().for_each(|amount| self.balance += amount);
    }
}

fn main() {}

include!("../../second.rs");
