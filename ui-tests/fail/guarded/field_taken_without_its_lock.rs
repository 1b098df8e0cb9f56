//! A guarded field is taken by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn take(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.entries)
    }
}

fn main() {}

include!("../../second.rs");
