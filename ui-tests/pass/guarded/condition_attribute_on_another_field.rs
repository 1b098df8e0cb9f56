//! `#[condition]` stands on a field of type `Condition`.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
