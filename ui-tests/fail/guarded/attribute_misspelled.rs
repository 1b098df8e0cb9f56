//! The attribute on a guarded field is `#[guarded(lock)]`.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[gaurded(lock)]
    closed: bool,
}

fn main() {}

include!("../../second.rs");
