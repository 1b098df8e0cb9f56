//! A helper that needs the lock is a method of what the lock guards: the guard calls it.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn month(&self) {
        self.add_interest();
    }
}

impl AccountLock {
    fn add_interest(&mut self) {
        self.balance += self.balance / 100;
    }
}

fn main() {}

include!("../../second.rs");
