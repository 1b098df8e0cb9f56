//! Fields are guarded, and not methods: the guard's methods are those of the state.

use underlock::{Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

impl StoreLock {
    fn count(&self) -> usize {
        self.items.len()
    }
}

fn main() {}

include!("../../second.rs");
