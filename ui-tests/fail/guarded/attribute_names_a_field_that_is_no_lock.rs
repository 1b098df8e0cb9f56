//! `#[guarded]` names a field of type `Lock`.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(count)]
    items: Vec<u32>,
    #[guarded(lock)]
    total: u32,
    count: usize,
}

fn main() {}

include!("../../second.rs");
