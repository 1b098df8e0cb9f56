//! No reference into the data leaves the block: the block gives back a value.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    owner: String,
}

impl Account {
    async fn owner(&self) -> String {
        sync_block!(state = self.lock, { state.owner.clone() })
    }
}

fn main() {}

include!("../../second.rs");
