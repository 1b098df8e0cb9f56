//! What is guarded is a struct: a function is kept exclusive by a lock that it acquires.

use underlock::guarded;

#[guarded]
fn store(items: &mut Vec<u32>) {
    items.push(1);
}

fn main() {}

include!("../../second.rs");
