//! Derives of a guarded struct stand below `#[guarded]`.

use underlock::{Lock, guarded};

#[guarded]
#[derive(Debug)]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
