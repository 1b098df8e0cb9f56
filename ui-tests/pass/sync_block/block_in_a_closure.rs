//! A block waits for its lock, so a closure around it is `async`.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn close_all(accounts: &[Account]) {
        let close =
            async |account: &Account| sync_block!(state = account.lock, { state.balance = 0 });
        for account in accounts {
            close(account).await;
        }
    }
}

fn main() {}

include!("../../second.rs");
