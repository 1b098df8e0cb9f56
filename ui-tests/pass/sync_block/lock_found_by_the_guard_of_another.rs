//! A lock inside of what another guards is entered in that block.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    inner: Lock<i64>,
}

impl Account {
    async fn reset(&self) {
        sync_block!(state = self.lock, {
            sync_block!(inner = state.inner, { *inner = 0 });
        });
    }
}

fn main() {}

include!("../../second.rs");
