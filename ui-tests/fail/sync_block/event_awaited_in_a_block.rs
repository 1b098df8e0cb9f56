//! An event is waited for without the lock; with it, a condition is.

use underlock::{Condition, Event, Lock, guarded, sync_block};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
    posted: Event,
}

impl Inbox {
    async fn next(&self) -> Option<String> {
        sync_block!(state = self.lock, {
            self.posted.wait().await;
            state.letters.pop()
        })
    }
}

fn main() {}

include!("../../second.rs");
