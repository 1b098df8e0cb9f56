//! A block without `async` awaits its guard's wait where it stands.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    #[condition(lock)]
    paid: Condition,
}

impl Account {
    async fn payment(&self) -> i64 {
        sync_block!(state = self.lock, {
            let waiting = state.wait(&self.paid);
            state = waiting.await;
            state.balance
        })
    }
}

fn main() {}

include!("../../second.rs");
