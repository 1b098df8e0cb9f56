//! What is guarded is a struct: a function is kept exclusive by a lock that it acquires.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

async fn store(store: &Store) {
    store.lock.acquire().await.items.push(1);
}

fn main() {}

include!("../../second.rs");
