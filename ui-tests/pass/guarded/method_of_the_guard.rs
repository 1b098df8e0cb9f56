//! A helper that notifies takes the guard; a method of the alias would be of a type from elsewhere.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Office {
    lock: Lock,
    #[guarded(lock)]
    free: u32,
    #[condition(lock)]
    freed: Condition,
}

impl Office {
    fn leave(&self, state: &mut OfficeLockGuard<'_>) {
        state.free += 1;
        state.notify_one(&self.freed);
    }
}

fn main() {}

include!("../../second.rs");
