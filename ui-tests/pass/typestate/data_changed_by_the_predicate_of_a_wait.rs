//! The predicate of `wait_for` looks at the data; what takes from it is `wait_for_some`.

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
        state.wait_for_some(&self.arrived, |state| state.letters.pop()).await.0.release();
    }
}

fn main() {}

include!("../../second.rs");
