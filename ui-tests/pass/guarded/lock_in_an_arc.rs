//! The lock stands in the struct itself, and the struct in the `Arc`.

use std::sync::Arc;

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn share(store: Store) -> Arc<Store> {
    Arc::new(store)
}

fn main() {}

include!("../../second.rs");
