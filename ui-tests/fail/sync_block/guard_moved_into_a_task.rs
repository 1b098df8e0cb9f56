//! The guard of a block is borrowed from its lock, and can't go into a task.

use std::sync::Arc;

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn report(self: Arc<Self>) {
        sync_block!(state = self.lock, {
            tokio::spawn(async move { println!("{}", state.balance) });
        });
    }
}

fn main() {}

include!("../../second.rs");
