//! An element of a guarded field is written by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn correct(&mut self) {
        self.lock.acquire().await.entries[0] = 0;
    }
}

fn main() {}

include!("../../second.rs");
