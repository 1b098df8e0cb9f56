//! A block has no `else`: its value is a `Result`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> i64 {
        sync_block!(state = self.lock.now(), { state.balance }).unwrap_or(0)
    }
}

fn main() {}

include!("../../second.rs");
