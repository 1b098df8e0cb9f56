//! A guarded field is matched by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    owner: Option<String>,
}

impl Account {
    async fn greeting(&self) -> Option<String> {
        let Some(owner) = &self.lock.acquire().await.owner else { return None };
        Some(format!("Dear {owner}"))
    }
}

fn main() {}

include!("../../second.rs");
