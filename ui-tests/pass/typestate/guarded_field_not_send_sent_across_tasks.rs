//! What a lock guards is reached from many tasks: its fields have to be sendable.

use std::sync::Arc;

use underlock::{Lock, guarded};

#[guarded]
#[derive(Default)]
struct Cache {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<Arc<str>>,
}

#[tokio::main]
async fn main() {
    let cache = Arc::new(Cache::default());
    let task = tokio::spawn(async move {
        cache.lock.acquire().await.entries.clear();
    });
    task.await.unwrap();
}

include!("../../second.rs");
