//! A guarded flag is asked by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    closed: bool,
}

impl Account {
    async fn show(&self) {
        if self.lock.acquire().await.closed {
            println!("closed");
        }
    }
}

fn main() {}

include!("../../second.rs");
