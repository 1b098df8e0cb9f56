//! `within` is followed by a time.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(state = self.lock within => {
            state.balance -= 1;
        } else {
            println!("busy");
        });
    }
}

fn main() {}
