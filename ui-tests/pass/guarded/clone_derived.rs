//! A lock is shared, not cloned: the struct goes into an `Arc`.

use std::sync::Arc;

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn share(store: &Arc<Store>) -> Arc<Store> {
    Arc::clone(store)
}

fn main() {}

include!("../../second.rs");
