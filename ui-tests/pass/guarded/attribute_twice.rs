//! A field has one `#[guarded]`.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
