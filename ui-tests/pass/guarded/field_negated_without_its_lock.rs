//! A guarded flag is negated by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    closed: bool,
}

impl Account {
    async fn is_open(&self) -> bool {
        !self.lock.acquire().await.closed
    }
}

fn main() {}

include!("../../second.rs");
