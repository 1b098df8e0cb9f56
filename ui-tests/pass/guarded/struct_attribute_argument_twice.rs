//! `no_markers` is said once.

use underlock::{Lock, guarded};

#[guarded(no_markers)]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
