//! A guarded struct has something to guard.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    items: Lock<Vec<u32>>,
}

fn main() {}

include!("../../second.rs");
