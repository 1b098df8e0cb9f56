//! A lock of a guarded struct guards something.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    other: Lock<()>,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
