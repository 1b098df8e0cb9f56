//! A guarded type is a struct: a union goes into one of its fields.

use underlock::{Lock, guarded};

union Number {
    items: u32,
    total: f32,
}

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    number: Number,
}

fn main() {}

include!("../../second.rs");
