//! A block that limits a wait awaits the limit, and says `async`.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
    #[condition(lock)]
    paid: Condition,
}

impl Account {
    async fn payment(&self) -> Option<i64> {
        sync_block!(state = self.lock, {
            let waiting = state.wait(&self.paid);
            Some(tokio::time::timeout(LIMIT, waiting).await.ok()?.balance)
        })
    }
}

const LIMIT: std::time::Duration = std::time::Duration::from_secs(1);

fn main() {}

include!("../../second.rs");
