//! A guarded struct with a `Deref` of its own says `no_markers`.

use std::ops::Deref;

use underlock::{Lock, guarded};

#[guarded(no_markers)]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    name: String,
}

impl Deref for Store {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}

fn main() {}

include!("../../second.rs");
