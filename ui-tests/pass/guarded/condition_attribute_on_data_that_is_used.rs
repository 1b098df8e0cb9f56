//! `#[condition]` stands on a condition; a field of data is guarded.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    added: Condition,
}

impl Store {
    fn new() -> Self {
        Store { lock: Lock::new(StoreLock { items: Vec::new() }), added: Condition::shared() }
    }

    async fn add(&self, item: u32) {
        let mut state = self.lock.acquire().await;
        state.items.push(item);
        state.notify_one(&self.added);
    }
}

fn main() {}

include!("../../second.rs");
