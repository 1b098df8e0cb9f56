//! The elements of a guarded field are counted by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn count(&self) -> usize {
        self.lock.acquire().await.entries.len()
    }
}

fn main() {}

include!("../../second.rs");
