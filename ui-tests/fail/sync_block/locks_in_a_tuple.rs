//! Several locks stand one after another, each with its guard.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn pay(&self, other: &Account) {
        sync_block!((from, to) = (self.lock, other.lock), {
            from.balance -= 1;
            to.balance += 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
