//! A task reads a guarded field by the guard of its lock.

use std::sync::Arc;

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    fn report(self: Arc<Self>) {
        tokio::spawn(async move { println!("{}", self.lock.acquire().await.balance) });
    }
}

fn main() {}

include!("../../second.rs");
