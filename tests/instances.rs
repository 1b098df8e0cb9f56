//! A condition belongs to one value of its struct, as its lock does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

use crate::support::{Polled, at_once};

#[guarded]
struct Mailbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<u32>,
    #[condition(lock)]
    arrived: Condition,
    #[condition(lock)]
    emptied: Condition,
}

impl Mailbox {
    fn new() -> Self {
        let lock = Lock::new(MailboxLock { letters: Vec::new() });
        Self { lock, arrived: Condition::shared(), emptied: Condition::shared() }
    }

    async fn take(&self) -> u32 {
        let state = self.lock.acquire().await;
        state.wait_for_some(&self.arrived, |state| state.letters.pop()).await.1
    }
}

#[track_caller]
fn refused<R>(act: impl FnOnce() -> R) {
    let panic =
        catch_unwind(AssertUnwindSafe(act)).err().expect("the condition belongs to another value");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(
        message.starts_with("the condition belongs to another value than the lock"),
        "{message}"
    );
    assert!(message.contains("instances::MailboxLock"), "{message}");
}

#[test]
fn another_value_has_other_conditions() {
    let (mine, theirs) = (Mailbox::new(), Mailbox::new());
    let waiting = Polled::blocked(theirs.take());
    let guard = at_once(mine.lock.acquire());
    refused(|| guard.notify_one(&theirs.arrived));
    refused(|| guard.notify_all(&theirs.arrived));
    refused(|| guard.notify(&theirs.arrived, 1));
    refused(|| guard.wait(&theirs.arrived));
    assert!(!mine.lock.is_locked()); // the refused wait has dropped the guard
    let guard = at_once(mine.lock.acquire());
    refused(|| guard.wait_for(&theirs.arrived, |_| true));
    let guard = at_once(mine.lock.acquire());
    refused(|| guard.wait_for_some(&theirs.arrived, |state| state.letters.pop()));
    drop(waiting);
}

/// A condition is bound at its first use. Whichever lock is first, the other use panics.
#[test]
fn bound_at_first_use() {
    let (mine, theirs) = (Mailbox::new(), Mailbox::new());
    at_once(mine.lock.acquire()).notify_one(&theirs.arrived); // no waiter yet
    refused(|| at_once(theirs.lock.acquire()).notify_one(&theirs.arrived));
}

#[test]
fn each_condition_is_checked() {
    let (mine, theirs) = (Mailbox::new(), Mailbox::new());
    let guard = at_once(mine.lock.acquire());
    guard.notify_one(&mine.arrived);
    guard.notify_one(&mine.emptied);
    at_once(theirs.lock.acquire()).notify_one(&theirs.emptied);
    refused(|| guard.notify_one(&theirs.emptied));
    guard.notify_one(&mine.emptied);
}

/// Fields that are moved separately still belong together.
#[tokio::test]
async fn fields_are_captured_one_by_one() {
    let Mailbox { lock, arrived, .. } = Mailbox::new();
    let (lock, arrived) = (Arc::new(lock), Box::new(arrived));
    at_once(lock.acquire()).notify_one(&*arrived);
    let moved = Box::new(*arrived);
    sync_block!(state = lock, {
        state.letters.push(1);
        state.notify_one(&*moved);
    });
    let letter = async move {
        let state = lock.acquire().await;
        state.wait_for_some(&*moved, |state| state.letters.pop()).await.1
    };
    assert_eq!(letter.await, 1);
}

#[test]
fn a_condition_may_be_replaced() {
    let mut mailbox = Mailbox::new();
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.arrived);
    mailbox.arrived = Condition::shared();
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.arrived);
    let mailbox = Mailbox { emptied: Condition::shared(), ..mailbox };
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.arrived);
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.emptied);
}

#[test]
fn a_whole_value_may_be_replaced() {
    let mut mailbox = Mailbox::new();
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.arrived);
    mailbox = Mailbox::new();
    at_once(mailbox.lock.acquire()).notify_one(&mailbox.arrived);
}
