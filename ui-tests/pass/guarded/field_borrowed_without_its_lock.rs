//! A guarded field is borrowed from the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn show(&self) {
        let state = self.lock.acquire().await;
        let balance: &i64 = &state.balance;
        println!("{balance}");
    }
}

fn main() {}

include!("../../second.rs");
