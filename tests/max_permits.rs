//! `MAX_PERMITS`: a call that would exceed it panics and changes nothing. Held permits count, and
//! so do those of partly granted waiters.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use underlock::{BoundedSemaphore, Semaphore};

use crate::support::{Polled, at_once};

const MOST: usize = Semaphore::MAX_PERMITS;

/// Checks that releasing `n` panics, and changes nothing.
#[track_caller]
fn must_not_release(semaphore: &Semaphore, n: usize) {
    let before = format!("{semaphore:?}");
    let panic = catch_unwind(AssertUnwindSafe(|| semaphore.release_many(n))).unwrap_err();
    let message = panic.downcast_ref::<&str>().copied().map(String::from);
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a string");
    assert!(message.contains("`Semaphore::MAX_PERMITS`"), "{message}");
    assert_eq!(format!("{semaphore:?}"), before);
}

#[test]
fn all_are_free() {
    let semaphore = Semaphore::new(MOST);
    must_not_release(&semaphore, 1);
    must_not_release(&semaphore, usize::MAX);
    semaphore.release_many(0);
    drop(semaphore.try_acquire_many(MOST).unwrap());
    assert_eq!(semaphore.available_permits(), MOST);
}

#[test]
fn some_are_held() {
    let semaphore = Semaphore::new(MOST);
    let (one, two) = (semaphore.try_acquire().unwrap(), semaphore.try_acquire_many(2).unwrap());
    must_not_release(&semaphore, 1);
    one.release();
    must_not_release(&semaphore, 1);
    drop(two);
    assert_eq!(semaphore.available_permits(), MOST);
}

#[test]
fn all_are_held() {
    let semaphore = Arc::new(Semaphore::new(MOST - 1));
    let all = at_once(semaphore.clone().acquire_many_owned(MOST - 1));
    semaphore.release();
    must_not_release(&semaphore, 1);
    let one = semaphore.clone().try_acquire_owned().unwrap();
    must_not_release(&semaphore, 1);
    drop((all, one));
    assert_eq!(semaphore.available_permits(), MOST);
}

#[test]
fn they_are_split_and_merged() {
    let semaphore = Semaphore::new(MOST);
    let mut rest = semaphore.try_acquire_many(MOST).unwrap();
    let half = rest.split(MOST / 2).unwrap();
    must_not_release(&semaphore, 1);
    rest.merge(half).unwrap();
    must_not_release(&semaphore, 1);
    rest.release();
    assert_eq!(semaphore.available_permits(), MOST);
}

/// Forgotten permits may be added again, but no more.
#[test]
fn some_are_forgotten() {
    let semaphore = Arc::new(Semaphore::new(MOST));
    semaphore.try_acquire_many(2).unwrap().forget();
    let mut three = semaphore.clone().try_acquire_many_owned(3).unwrap();
    three.split(1).unwrap().forget();
    must_not_release(&semaphore, 4);
    semaphore.release_many(3);
    must_not_release(&semaphore, 1);
    drop(three);
    assert_eq!(semaphore.available_permits(), MOST);
}

/// A leaked permit still counts: so does its borrow, or its share, of the semaphore.
#[test]
fn some_are_leaked() {
    let semaphore = Semaphore::new(MOST);
    std::mem::forget(semaphore.try_acquire());
    must_not_release(&semaphore, 1);
}

#[test]
fn a_waiter_is_partly_granted() {
    let semaphore = Semaphore::new(MOST);
    let held = semaphore.try_acquire().unwrap();
    let mut waiting = Polled::blocked(semaphore.acquire_many(MOST));
    must_not_release(&semaphore, 1);
    let behind = Polled::blocked(semaphore.acquire());
    must_not_release(&semaphore, 1);
    drop(held);
    let all = waiting.must_go_on();
    must_not_release(&semaphore, 1);
    all.release();
    must_not_release(&semaphore, 1);
    behind.cancel();
    assert_eq!(semaphore.available_permits(), MOST);
}

#[test]
fn a_partly_granted_waiter_is_cancelled() {
    let semaphore = Semaphore::new(MOST - 1);
    let waiting = Polled::blocked(semaphore.acquire_many(MOST));
    must_not_release(&semaphore, 2);
    waiting.cancel();
    semaphore.release();
    must_not_release(&semaphore, 1);
    assert_eq!(semaphore.available_permits(), MOST);
}

/// Acquiring an owned permit creates none.
#[test]
fn owned_permits_are_acquired_repeatedly() {
    let semaphore = Arc::new(Semaphore::new(MOST));
    for _ in 0..3 {
        at_once(semaphore.clone().acquire_many_owned(MOST)).release();
        at_once(semaphore.clone().acquire_owned()).release();
    }
    must_not_release(&semaphore, 1);
    let bounded = Arc::new(BoundedSemaphore::new(MOST));
    let mut all = at_once(bounded.clone().acquire_many_owned(MOST));
    all.split(1).unwrap().forget();
    all.release();
    assert_eq!(bounded.available_permits(), MOST - 1);
}
