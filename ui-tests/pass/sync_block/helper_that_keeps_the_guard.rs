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
    async fn payment<'a>(&self, state: AccountLockGuard<'a>) -> AccountLockGuard<'a> {
        state.wait_for(&self.paid, |state| state.balance > 0).await
    }

    async fn withdraw(&self) {
        sync_block!(state = self.lock, {
            state = self.payment(state).await;
            state.balance -= 1;
        });
    }
}

fn main() {}

include!("../../second.rs");
