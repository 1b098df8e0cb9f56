//! A guarded type is a struct: an enum goes into one of its fields.

use underlock::{Lock, guarded};

#[guarded]
enum Store {
    Empty,
    Full {
        lock: Lock,
        #[guarded(lock)]
        items: Vec<u32>,
    },
}

fn main() {}

include!("../../second.rs");
