//! A guarded field is matched by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    owner: Option<String>,
}

impl Account {
    async fn owner(&self) -> String {
        match &self.lock.acquire().await.owner {
            Some(owner) => owner.clone(),
            _ => String::from("nobody"),
        }
    }
}

fn main() {}

include!("../../second.rs");
