//! While a guard waits it does not hold the lock: what it gives back does.

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
    async fn next_arrival(&self) -> usize {
        let state = self.lock.acquire().await;
        let waiting = state.wait(&self.arrived);
        let count = state.letters.len();
        waiting.await.release();
        count
    }
}

fn main() {}

include!("../../second.rs");
