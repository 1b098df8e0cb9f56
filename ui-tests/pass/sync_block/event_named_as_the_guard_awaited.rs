//! A block without `async` awaits its guard's waits, and not those of what has its name.

use underlock::{Event, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    paid: Event,
}

impl Account {
    async fn close(&self) {
        sync_block!(state = self.lock, {
            state.balance = 0;
        });
        let state = &self.paid;
        state.wait().await;
    }
}

fn main() {}

include!("../../second.rs");
