//! A closure reaches a guarded field by a guard, as everybody does.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn largest(&self, candidates: &[i64]) -> usize {
        let state = self.lock.acquire().await;
        candidates.iter().filter(|candidate| **candidate > state.balance).count()
    }
}

fn main() {}

include!("../../second.rs");
