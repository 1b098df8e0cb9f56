//! A method of a guarded field is called by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn record(&self, entry: i64) {
        self.entries.push(entry);
    }
}

fn main() {}

include!("../../second.rs");
