//! The type of a guard is named by its alias.

use underlock::{Condition, Lock, guarded};
use underlock::Guard;

#[guarded]
struct Office {
    lock: Lock,
    #[guarded(lock)]
    free: u32,
    #[condition(lock)]
    freed: Condition,
}

fn leave(mut state: Guard<'_, OfficeLock>) {
    state.free += 1;
}

async fn leaves(office: &Office) {
    leave(office.lock.acquire().await);
}

fn main() {}

include!("../../second.rs");
