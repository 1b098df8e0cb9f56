//! Bank transfers: a block that holds two locks. Concurrent transfers go back and forth between the
//! same accounts, which deadlocks if each takes its own account first; `sync_block!` acquires the
//! locks in one global order, however they are named.

use std::mem::swap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use underlock::{Lock, guarded, sync_block};

#[guarded]
#[derive(Debug)]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Refused {
    SameAccount,
    NotEnough,
}

impl Account {
    fn new(balance: u64) -> Self {
        Self { lock: Lock::new(AccountLock { balance }) }
    }
}

async fn transfer(from: &Account, to: &Account, amount: u64) -> Result<(), Refused> {
    // A lock given twice to one block panics instead of deadlocking.
    if std::ptr::eq(from, to) {
        return Err(Refused::SameAccount);
    }
    sync_block!(source = from.lock, target = to.lock, {
        source.balance = source.balance.checked_sub(amount).ok_or(Refused::NotEnough)?;
        target.balance += amount;
        Ok(())
    })
}

/// A consistent sum of both: no transfer is ever seen half done.
async fn total(one: &Account, other: &Account) -> u64 {
    sync_block!(one = one.lock, other = other.lock, { one.balance + other.balance })
}

#[tokio::main]
async fn main() {
    let savings = Arc::new(Account::new(100));
    let current = Arc::new(Account::new(100));

    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let (mut from, mut to) = (Arc::clone(&savings), Arc::clone(&current));
        if task % 2 == 1 {
            swap(&mut from, &mut to);
        }
        tasks.spawn(async move {
            let mut done = 0;
            for amount in 0..1000 {
                match transfer(&from, &to, amount % 100).await {
                    Ok(()) => done += 1,
                    Err(refused) => assert_eq!(refused, Refused::NotEnough),
                }
                assert_eq!(total(&from, &to).await, 200);
            }
            done
        });
    }
    let done = timeout(Duration::from_secs(30), tasks.join_all()).await.expect("no deadlock");

    assert_eq!(transfer(&savings, &savings, 1).await, Err(Refused::SameAccount));
    assert_eq!(total(&savings, &current).await, 200);
    let done: u32 = done.into_iter().sum();
    println!("{done} transfers in both directions at once, and the sum is still 200");
}
