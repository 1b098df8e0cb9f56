//! A guarded field is iterated over by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn show(&self) {
        for entry in &self.entries {
            println!("{entry}");
        }
    }
}

fn main() {}

include!("../../second.rs");
