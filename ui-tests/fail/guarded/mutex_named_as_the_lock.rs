//! The lock of a guarded struct is an `underlock::Lock`.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: std::sync::Mutex<()>,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    added: Condition,
    other: Lock<u32>,
}

fn main() {}

include!("../../second.rs");
