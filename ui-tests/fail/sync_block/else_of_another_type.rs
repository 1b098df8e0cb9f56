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
        sync_block!(try state = self.lock => { Some(state.balance) } else { 0 })
    }
}

fn main() {}
