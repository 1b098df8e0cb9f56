//! What a guarded field holds is mapped by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    limit: Option<i64>,
}

impl Account {
    async fn doubled(&self) -> Option<i64> {
        self.limit.map(|limit| limit * 2)
    }
}

fn main() {}

include!("../../second.rs");
