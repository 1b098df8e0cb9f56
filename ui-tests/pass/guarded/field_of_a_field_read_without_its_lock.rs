//! What is inside a guarded field is reached by the guard of its lock.

use underlock::{Lock, guarded};

struct Owner {
    name: String,
}

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    owner: Owner,
}

impl Account {
    async fn owner(&self) -> String {
        self.lock.acquire().await.owner.name.clone()
    }
}

fn main() {}

include!("../../second.rs");
