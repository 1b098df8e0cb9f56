//! A lock written with a type owns its value; one without a type guards fields.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock<u32>,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
