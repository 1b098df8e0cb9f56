//! A guarded struct has fields with names.

use underlock::{Lock, guarded};

#[guarded]
struct Store(Lock, #[guarded(lock)] Vec<u32>);

fn main() {}

include!("../../second.rs");
