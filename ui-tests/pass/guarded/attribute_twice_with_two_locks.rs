//! A field has one lock, also where the struct has two.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    read: Lock,
    write: Lock,
    #[guarded(read)]
    items: Vec<u32>,
    #[guarded(write)]
    changes: u32,
}

fn main() {}

include!("../../second.rs");
