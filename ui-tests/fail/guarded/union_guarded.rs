//! A guarded type is a struct: a union goes into one of its fields.

use underlock::guarded;

#[guarded]
union Store {
    items: u32,
    total: f32,
}

fn main() {}

include!("../../second.rs");
