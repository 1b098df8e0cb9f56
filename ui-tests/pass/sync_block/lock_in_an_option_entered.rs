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
        if let Some(part) = &self.part {
            sync_block!(state = part, { *state = 0 });
        }
    }
}

fn main() {}

include!("../../second.rs");
