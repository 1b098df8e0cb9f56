//! A helper method of the state has a name that the guard's methods leave free.

use underlock::{Lock, guarded};

#[guarded]
struct Slots {
    lock: Lock,
    #[guarded(lock)]
    used: u32,
}

impl SlotsLock {
    fn release(&mut self) {
        self.used -= 1;
    }
}

async fn leave(slots: &Slots) {
    let mut state = slots.lock.acquire().await;
    state.used += 2;
    state.release();
}

fn main() {}

include!("../../second.rs");
