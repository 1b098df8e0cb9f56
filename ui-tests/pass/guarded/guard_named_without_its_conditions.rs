//! The type of a guard is named by its alias.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Office {
    lock: Lock,
    #[guarded(lock)]
    free: u32,
    #[condition(lock)]
    freed: Condition,
}

fn leave(mut state: OfficeLockGuard<'_>) {
    state.free += 1;
}

async fn leaves(office: &Office) {
    leave(office.lock.acquire().await);
}

fn main() {}

include!("../../second.rs");
