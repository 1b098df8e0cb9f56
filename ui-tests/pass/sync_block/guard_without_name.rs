//! The guard of a block has a name, or is `_`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(_ = self.lock, {
            println!("nobody else is here");
        });
    }
}

fn main() {}

include!("../../second.rs");
