//! What is entered when a condition is true is awaited, or stands in the head of a block.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Jobs {
    lock: Lock,
    #[guarded(lock)]
    waiting: Vec<u32>,
    #[condition(lock, when = |state| !state.waiting.is_empty())]
    not_empty: Condition,
}

impl Jobs {
    async fn run(&self) {
        #[deny(unused_must_use)]
        {
            self.lock.when(&self.not_empty).await.waiting.clear();
        }
    }
}

fn main() {}

include!("../../second.rs");
