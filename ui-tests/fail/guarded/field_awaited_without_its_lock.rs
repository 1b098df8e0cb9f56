//! A task in a guarded field is awaited by the guard of its lock.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    task: tokio::task::JoinHandle<()>,
}

impl Account {
    async fn join(&mut self) {
        (&mut self.task).await.unwrap();
    }
}

fn main() {}

include!("../../second.rs");
