//! `wait_for` takes a closure that says whether to go on.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Inbox {
    async fn collect(&self) {
        let state = self.lock.acquire().await;
        state.wait_for(&self.arrived, |state| state.letters.len()).await.release();
    }
}

fn main() {}

include!("../../second.rs");
