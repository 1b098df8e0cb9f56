//! A released guard is gone, wherever it was kept.

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
    async fn count(&self) -> usize {
        let desk = Desk { state: self.lock.acquire().await };
        let count = desk.state.letters.len();
        desk.state.release();
        count
    }
}

struct Desk<'a> {
    state: InboxLockGuard<'a>,
}

fn main() {}

include!("../../second.rs");
