//! Every mistake in a guarded struct is told at once.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    idle: Lock,
    #[guarded(lokc)]
    items: Vec<u32>,
    #[guarded(capacity)]
    total: u32,
    #[condition(lock)]
    closed: bool,
    added: Condition,
    capacity: usize,
}

impl Store {
    async fn add(&self, item: u32) {
        let mut state = self.lock.acquire().await;
        state.items.push(item);
        state.total += item;
        state.notify_one(&self.added);
    }
}

fn main() {}

include!("../../second.rs");
