//! The time after `within` is a `Duration`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn withdraw(&self) {
        match sync_block!(state = self.lock.within(1), {
            state.balance -= 1;
        }) { Ok(value) => value, Err(_) => {
            println!("busy");
        } };
    }
}

fn main() {}
