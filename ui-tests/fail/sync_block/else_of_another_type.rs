//! The block and its `else` have a value of one type.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn balance(&self) -> Option<i64> {
        sync_block!(state = self.lock.now(), { Some(state.balance) }).unwrap_or(0) }
    }
}

fn main() {}
