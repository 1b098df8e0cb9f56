//! What a macro of one's own in a block is given is not awaited there.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

/// The first of two that is there.
macro_rules! either {
    ($one:expr => $other:expr) => {
        match $one {
            Some(one) => Some(one),
            None => $other,
        }
    };
}

async fn rate() -> Option<i64> {
    Some(3)
}

impl Account {
    async fn add_interest(&self) {
        let rate = rate().await;
        sync_block!(state = self.lock, {
            let rate = either!(rate => Some(1));
            state.balance += rate.unwrap_or_default();
        });
    }
}

fn main() {}

include!("../../second.rs");
