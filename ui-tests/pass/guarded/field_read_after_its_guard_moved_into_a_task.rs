//! A guard that has moved into a task is the task's.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

async fn audit(account: &'static Account) -> i64 {
    let state = account.lock.acquire().await;
    let task = tokio::spawn(async move { println!("{}", state.balance) });
    task.await.unwrap();
    account.lock.acquire().await.balance
}

fn main() {}

include!("../../second.rs");
