//! A lock held by an outer block is held in the inner one too: nothing else is awaited there.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn rate() -> i64 {
    3
}

impl Account {
    async fn transfer(&self, other: &Account) {
        sync_block!(from = self.lock, {
            sync_block!(to = other.lock, async {
                let rate = rate().await;
                from.balance -= rate;
                to.balance += rate;
            });
        });
    }
}

fn main() {}

include!("../../second.rs");
