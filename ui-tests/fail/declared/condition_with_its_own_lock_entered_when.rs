//! A lock is entered when a declared condition is true.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
    open: Condition<bool>,
}

impl Jobs {
    async fn run(&self) {
        sync_block!(open = self.open.when(&self.not_empty), {
            *open = false;
        });
    }
}

fn main() {}

include!("../../second.rs");
