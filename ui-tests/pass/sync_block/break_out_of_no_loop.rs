//! `break` in a block leaves the loop around it.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn drain(&self) {
        loop {
            sync_block!(state = self.lock, {
                if state.balance == 0 {
                    break;
                }
            });
        }
    }
}

fn main() {}

include!("../../second.rs");
