//! A guard that owns its lock waits for conditions of that lock.

use std::sync::Arc;

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[condition(lock)]
    arrived: Condition,
}

async fn wait(lock: Arc<Lock<u32>>, inbox: Arc<Inbox>) {
    let state = lock.acquire_owned().await;
    state.wait(&inbox.arrived).await.release();
}

fn main() {}

include!("../../second.rs");
