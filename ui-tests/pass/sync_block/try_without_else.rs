//! A block that tries a lock says what happens if it is taken.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        sync_block!(try state = self.lock => {
            state.balance -= 1;
        } else {
            println!("busy");
        });
    }
}

fn main() {}
