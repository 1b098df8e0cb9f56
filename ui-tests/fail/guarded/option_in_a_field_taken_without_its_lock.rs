//! What a guarded field holds is taken by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    owner: Option<String>,
}

impl Account {
    async fn close(&self) -> Option<String> {
        self.owner.take()
    }
}

fn main() {}

include!("../../second.rs");
