//! A block enters a lock, and not many at once.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    parts: [Lock<i64>; 2],
}

impl Account {
    async fn reset(&self) {
        for part in &self.parts {
            sync_block!(state = part, { *state = 0 });
        }
    }
}

fn main() {}

include!("../../second.rs");
