//! The lock stands in the struct itself, and what is borrowed is the struct.

use underlock::{Lock, guarded};

#[guarded]
struct Store<'a> {
    lock: &'a Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn store(store: Store<'_>) -> usize {
    size_of_val(&store)
}

fn main() {}

include!("../../second.rs");
