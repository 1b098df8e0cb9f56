//! `#[guarded]` on a field says which lock guards it.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
