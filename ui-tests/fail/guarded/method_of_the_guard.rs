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

impl OfficeLockGuard<'_> {
    fn leave(&mut self, office: &Office) {
        self.free += 1;
        self.notify_one(&office.freed);
    }
}

fn main() {}

include!("../../second.rs");
