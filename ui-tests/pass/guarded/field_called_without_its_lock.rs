//! A guarded function is called by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    report: fn() -> i64,
}

impl Account {
    async fn report(&self) -> i64 {
        (self.lock.acquire().await.report)()
    }
}

fn main() {}

include!("../../second.rs");
