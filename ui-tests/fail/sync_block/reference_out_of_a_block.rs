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
        let owner = sync_block!(state = self.lock, { &state.owner });
        owner.clone()
    }
}

fn main() {}

include!("../../second.rs");
