//! A trip against everything that could spoil it.

use std::pin::pin;
use std::task::Poll;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{Barrier, BrokenBarrier};

use crate::{explore, poll_once};

fn arriving(barrier: &Arc<Barrier>) -> thread::JoinHandle<Result<usize, BrokenBarrier>> {
    let barrier = Arc::clone(barrier);
    thread::spawn(move || block_on(barrier.wait()).map(underlock::BarrierPosition::index))
}

/// All pass, with all positions. Caught: positions taken from the count at arrival.
#[test]
fn all_pass() {
    explore(0, || {
        let barrier = Arc::new(Barrier::new(3));
        let others = [arriving(&barrier), arriving(&barrier)];
        let mut positions = vec![block_on(barrier.wait()).unwrap().index()];
        positions.extend(others.map(|other| other.join().unwrap().unwrap()));
        positions.sort_unstable();
        assert_eq!(positions, [0, 1, 2]);
        assert_eq!(barrier.waiting(), 0);
    });
}

/// One that goes away either had not arrived or is too late to be missed. Caught: `leave` that
/// takes an arrival of a round back that is over.
#[test]
fn trip_against_cancel() {
    explore(2, || {
        let barrier = Arc::new(Barrier::new(2));
        let leaving = {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                block_on(async { poll_once(pin!(barrier.wait())).await.is_ready() })
            })
        };
        block_on(async {
            let mut wait = pin!(barrier.wait());
            let passed = poll_once(wait.as_mut()).await.is_ready();
            let tripped = leaving.join().unwrap();
            if passed || tripped {
                assert_eq!(barrier.waiting(), 0);
            } else {
                assert_eq!(barrier.waiting(), 1);
            }
        });
    });
}

/// Either both pass or, if the abort came first, both are sent away. Caught: a `finish` that tells
/// those again who have been told.
#[test]
fn trip_against_abort() {
    explore(1, || {
        let barrier = Arc::new(Barrier::new(2));
        let other = arriving(&barrier);
        let aborting = {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || barrier.abort())
        };
        let mine = block_on(barrier.wait());
        let other = other.join().unwrap();
        aborting.join().unwrap();
        assert_eq!(mine.is_ok(), other.is_ok());
        assert!(barrier.is_broken());
    });
}

/// A reset sends those away who wait, and who comes after can still meet.
#[test]
fn reset_against_wait() {
    explore(2, || {
        let barrier = Arc::new(Barrier::new(2));
        let other = arriving(&barrier);
        barrier.reset();
        barrier.reset();
        block_on(async {
            let mut wait = pin!(barrier.wait());
            let mine = match poll_once(wait.as_mut()).await {
                Poll::Ready(mine) => mine,
                Poll::Pending => {
                    barrier.reset();
                    wait.await
                }
            };
            if mine.is_err() {
                // The other may be on its way still.
                barrier.abort();
            }
            assert_eq!(mine.is_ok(), other.join().unwrap().is_ok());
        });
    });
}

/// A future that goes on in another task, with another waker, while the barrier trips. Caught:
/// `stays` that says so of a waiter that was popped meanwhile.
#[test]
fn waker_replaced_while_tripping() {
    explore(3, || {
        let barrier = Arc::new(Barrier::new(2));
        let other = {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                let mut wait = Box::pin(barrier.wait());
                if block_on(poll_once(wait.as_mut())).is_pending() {
                    block_on(wait).unwrap();
                }
            })
        };
        block_on(barrier.wait()).unwrap();
        other.join().unwrap();
    });
}

/// A round that trips while an earlier one, of more than a batch, is being woken: the mark that
/// says where that one ends takes no part. Caught: a sentinel tagged as one that waits.
#[test]
fn trip_during_a_drain() {
    explore(1, || {
        let barrier = Arc::new(Barrier::new(4));
        block_on(async {
            let mut first = [barrier.wait(), barrier.wait(), barrier.wait()].map(Box::pin);
            for wait in &mut first {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let tripping = arriving(&barrier);
            while barrier.waiting() != 0 {
                loom::skip_branch();
                thread::yield_now();
            }
            let mut second = [barrier.wait(), barrier.wait(), barrier.wait()].map(Box::pin);
            for wait in &mut second {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let last = barrier.wait().await.unwrap();
            assert_eq!(last.index(), 3);
            for wait in first.into_iter().chain(second) {
                wait.await.unwrap();
            }
            tripping.join().unwrap().unwrap();
        });
    });
}
