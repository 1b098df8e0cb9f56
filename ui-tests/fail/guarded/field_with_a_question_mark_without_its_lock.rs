//! A guarded field is asked by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    initial: Option<char>,
}

impl Account {
    async fn initial(&self) -> Option<char> {
        self.initial?.to_uppercase().next()
    }
}

fn main() {}

include!("../../second.rs");
