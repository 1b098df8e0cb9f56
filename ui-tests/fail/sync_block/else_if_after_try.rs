//! After `else` comes a block.

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
        } else if true {
            println!("busy");
        });
    }
}

fn main() {}
