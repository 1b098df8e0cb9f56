//! No reference into the data leaves the function that holds the guard: return a copy, or the guard.

use underlock::{Lock, guarded};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
}

impl Inbox {
    async fn letters(&self) -> Vec<String> {
        let state = self.lock.acquire().await;
        state.letters.clone()
    }
}

fn main() {}

include!("../../second.rs");
