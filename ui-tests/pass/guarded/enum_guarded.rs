//! A guarded type is a struct: an enum goes into one of its fields.

use underlock::{Lock, guarded};

enum Contents {
    Empty,
    Full { items: Vec<u32> },
}

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    contents: Contents,
}

fn main() {}

include!("../../second.rs");
