//! A guarded struct has a lock, and fields that it guards.

use underlock::guarded;

#[guarded]
struct Store;

fn main() {}

include!("../../second.rs");
