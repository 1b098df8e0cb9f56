//! A lock does not guard itself.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    #[guarded(lock)]
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
