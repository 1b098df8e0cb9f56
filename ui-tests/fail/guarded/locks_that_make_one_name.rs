//! Two locks of a struct have names that differ in more than underscores.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    write_lock: Lock,
    write__lock: Lock,
    #[guarded(write_lock)]
    items: Vec<u32>,
    #[guarded(write__lock)]
    total: u32,
}

fn main() {}

include!("../../second.rs");
