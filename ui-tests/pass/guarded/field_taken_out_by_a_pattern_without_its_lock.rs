//! A guarded field is no field of the struct: a pattern finds it in the state that the guard gives.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn show(&self) {
        let AccountLock { balance } = &*self.lock.acquire().await;
        println!("{balance}");
    }
}

fn main() {}

include!("../../second.rs");
