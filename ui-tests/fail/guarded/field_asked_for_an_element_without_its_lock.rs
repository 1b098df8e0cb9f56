//! A guarded field is asked for an element by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn third(&self) -> Option<i64> {
        self.entries.get(2).copied()
    }
}

fn main() {}

include!("../../second.rs");
