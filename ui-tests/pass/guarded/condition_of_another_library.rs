//! A condition of a guarded struct is `underlock::Condition`.

mod alarms {
    pub struct Condition<T, K>(pub Option<(T, K)>);
}

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Store {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
    #[condition(lock)]
    added: Condition,
}

fn main() {}

include!("../../second.rs");
