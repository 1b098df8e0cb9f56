//! Two locks of a struct have names that differ in more than underscores.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    write_lock: Lock,
    other_lock: Lock,
    #[guarded(write_lock)]
    items: Vec<u32>,
    #[guarded(other_lock)]
    total: u32,
}

fn main() {}

include!("../../second.rs");
