//! `#[guarded]` and `#[condition]` stand on the field openly: `cfg` works on them, `cfg_attr` does not.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[cfg_attr(not(test), guarded(lock))]
    items: Vec<u32>,
    #[guarded(lock)]
    total: u32,
}

fn main() {}

include!("../../second.rs");
