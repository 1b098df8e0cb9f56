//! Permits: none lost, none made, whoever comes and goes.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Semaphore;

use crate::{explore, poll_once};

fn taking(semaphore: &Arc<Semaphore>, permits: usize) -> thread::JoinHandle<()> {
    let semaphore = Arc::clone(semaphore);
    thread::spawn(move || drop(block_on(semaphore.acquire_many(permits))))
}

/// Caught: a fast path that takes permits while somebody waits for more of them.
#[test]
fn many_against_one() {
    explore(1, || {
        let semaphore = Arc::new(Semaphore::new(2));
        let others = [taking(&semaphore, 2), taking(&semaphore, 1)];
        drop(block_on(semaphore.acquire()));
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// One that has some of the permits it wants goes away while more come. Caught: `leave` that gives
/// back what was wanted, or nothing.
#[test]
fn partly_given_against_cancel() {
    explore(2, || {
        let semaphore = Arc::new(Semaphore::new(1));
        let leaving = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async { drop(poll_once(pin!(semaphore.acquire_many(2))).await) });
            })
        };
        let staying = taking(&semaphore, 1);
        semaphore.release();
        leaving.join().unwrap();
        staying.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

/// A release without a permit against an acquire.
#[test]
fn release_against_acquire() {
    explore(3, || {
        let semaphore = Arc::new(Semaphore::new(0));
        let other = taking(&semaphore, 1);
        semaphore.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

/// More waiters are satisfied by one release than a batch of wakers holds.
#[test]
fn release_in_batches() {
    explore(2, || {
        let semaphore = Arc::new(Semaphore::new(0));
        block_on(async {
            let mut first = pin!(semaphore.acquire());
            let mut second = pin!(semaphore.acquire());
            assert!(poll_once(first.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            let other = taking(&semaphore, 1);
            semaphore.release_many(3);
            drop((first.await, second.await));
            other.join().unwrap();
            assert_eq!(semaphore.available_permits(), 3);
        });
    });
}

/// A task that set an acquire aside and asks for more gets through, whenever the grant comes.
#[test]
fn futurelock() {
    explore(3, || {
        let semaphore = Arc::new(Semaphore::new(2));
        let permit = semaphore.try_acquire_many(2).unwrap();
        let other = {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                block_on(async {
                    let mut aside = pin!(semaphore.acquire());
                    drop(poll_once(aside.as_mut()).await);
                    drop(semaphore.acquire_many(2).await);
                });
            })
        };
        permit.release();
        other.join().unwrap();
        assert_eq!(semaphore.available_permits(), 2);
    });
}
