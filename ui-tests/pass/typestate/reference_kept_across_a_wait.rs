//! No reference into the data outlives a wait: others may change the data meanwhile.

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
    async fn first(&self) -> String {
        let state = self.lock.acquire().await;
        let woken = state.wait(&self.arrived).await;
        let first = woken.letters[0].clone();
        woken.release();
        first
    }
}

fn main() {}

include!("../../second.rs");
