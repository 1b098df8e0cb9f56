//! A guarded field is cloned by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn entries(&self) -> Vec<i64> {
        self.lock.acquire().await.entries.clone()
    }
}

fn main() {}

include!("../../second.rs");
