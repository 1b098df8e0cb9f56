//! A field says which lock guards it by `#[guarded(lock)]`, whatever other tools call it.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    own: Condition<u32>,
}

fn main() {}

include!("../../second.rs");
