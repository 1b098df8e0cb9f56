//! Nothing follows the block.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock, { state.balance -= 1 });
        println!("done");
    }
}

fn main() {}

include!("../../second.rs");
