//! A helper that waits takes the guard and gives it back.

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
    async fn payment(&self, state: &mut AccountLockGuard<'_>) {
        tokio::task::yield_now().await;
        state.notify_one(&self.paid);
    }

    async fn withdraw(&self) {
        sync_block!(state = self.lock, {
            self.payment(&mut state).await;
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
