//! A lock is shared, not cloned: the struct goes into an `Arc`.

use underlock::{Lock, guarded};

#[guarded]
#[derive(Clone)]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn share(store: &Store) -> Store {
    store.clone()
}

fn main() {}

include!("../../second.rs");
