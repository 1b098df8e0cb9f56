//! A loop takes from a guarded field by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn sum(&mut self) -> i64 {
        let mut sum = 0;
        while let Some(entry) = self.lock.acquire().await.entries.pop() {
            sum += entry;
        }
        sum
    }
}

fn main() {}

include!("../../second.rs");
