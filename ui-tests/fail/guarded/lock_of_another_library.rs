//! The lock of a guarded struct is `underlock::Lock`.

use std::sync::Mutex as Lock;
use underlock::guarded;

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

fn main() {}

include!("../../second.rs");
