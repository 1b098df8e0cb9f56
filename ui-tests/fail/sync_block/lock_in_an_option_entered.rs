//! A block enters a lock, and not what may be one.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    part: Option<Lock<i64>>,
}

impl Account {
    async fn reset(&self) {
        sync_block!(state = self.part, { *state = 0 });
    }
}

fn main() {}

include!("../../second.rs");
