//! A guarded field is indexed by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn first(&self) -> i64 {
        self.lock.acquire().await.entries[0]
    }
}

fn main() {}

include!("../../second.rs");
