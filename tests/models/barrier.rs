//! Trips of a barrier against cancel, abort, reset and another round.

use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{Barrier, BrokenBarrier};

use crate::{Published, explore, poll_once};

fn arriving(barrier: &Arc<Barrier>) -> thread::JoinHandle<Result<usize, BrokenBarrier>> {
    let barrier = Arc::clone(barrier);
    thread::spawn(move || block_on(barrier.wait()).map(underlock::BarrierPosition::index))
}

/// All parties pass, each with a position of its own.
///
/// ```fault
/// barrier.rs, arrive: two parties have the same position
/// - position += 1;
/// ```
/// ```fault
/// barrier.rs, finish: arrivals are still counted after the trip
/// - *locked.shared() = 0;
/// ```
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

/// A party that passes sees all writes that the others made before they arrived.
///
/// ```fault
/// queue/node.rs, Node::pop: writes before the trip are not visible to the released parties
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/locked.rs, Locked::drop: writes before an arrival are not visible to the last party
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
#[test]
fn trip_publishes() {
    explore(3, || {
        let shared = Arc::new((Barrier::new(2), Published::default(), Published::default()));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.1.set(1);
                let mut wait = Box::pin(shared.0.wait());
                // Polled by hand: an executor's own synchronization would hide the fault.
                let passed = (0..2).any(|_| block_on(poll_once(wait.as_mut())).is_ready());
                if passed {
                    assert_eq!(shared.2.get(), 1);
                }
            })
        };
        shared.2.set(1);
        if block_on(poll_once(pin!(shared.0.wait()))).is_ready() {
            assert_eq!(shared.1.get(), 1);
        }
        other.join().unwrap();
    });
}

/// A cancelled wait either takes its arrival back or has already passed.
///
/// ```fault
/// barrier.rs, cancel: a wait cancelled after its round takes an arrival of the next one back
/// - me.link() == Link::Linked && State::Waiting.is(me.tag())
/// + true
/// ```
/// ```fault
/// barrier.rs, cancel: a cancelled wait is still counted as an arrival
/// - *me.shared() -= 1;
/// ```
#[test]
fn trip_against_cancel() {
    explore(3, || {
        let barrier = Arc::new(Barrier::new(2));
        // Not one of loom's atomics: it informs the model and orders nothing.
        let left = Arc::new(AtomicBool::new(false));
        let leaving = {
            let (barrier, left) = (Arc::clone(&barrier), Arc::clone(&left));
            thread::spawn(move || {
                let passed = block_on(poll_once(pin!(barrier.wait()))).is_ready();
                left.store(!passed, Relaxed);
                passed
            })
        };
        block_on(async {
            assert!(barrier.waiting() < 2);
            let had_left = left.load(Relaxed);
            assert!(!had_left || barrier.waiting() == 0);
            let mut wait = pin!(barrier.wait());
            let passed = poll_once(wait.as_mut()).await.is_ready();
            let tripped = leaving.join().unwrap();
            assert_eq!(barrier.waiting(), usize::from(!passed && !tripped));
        });
    });
}

/// Either both pass or, if the abort comes first, both are broken.
///
/// ```fault
/// barrier.rs, arrive: a party that arrives after the abort waits
/// - arrived < parties && !me.flag()
/// + arrived < parties
/// ```
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

/// An abort during a trip of more than a batch: a party that has passed stays passed.
///
/// ```fault
/// barrier.rs, finish: the outcome of a round overwrites that of the round before
/// - State::Waiting.is(party.tag())
/// + true
/// ```
#[test]
fn abort_during_a_trip() {
    explore(2, || {
        let barrier = Arc::new(Barrier::new(4));
        block_on(async {
            let mut waits = [barrier.wait(), barrier.wait(), barrier.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let last = arriving(&barrier);
            barrier.abort();
            let last = last.join().unwrap();
            for wait in waits {
                assert_eq!(wait.await.is_ok(), last.is_ok());
            }
        });
    });
}

/// A reset breaks the waiting parties; the next arrivals can still meet.
///
/// ```fault
/// barrier.rs, finish: broken parties are still counted as arrivals
/// - *locked.shared() = 0;
/// ```
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
                // The other may not have arrived yet.
                barrier.abort();
            }
            assert_eq!(mine.is_ok(), other.join().unwrap().is_ok());
        });
    });
}

/// A wait is polled with another waker while the barrier trips.
///
/// ```fault
/// barrier.rs, poll_arrived: a wait that has passed meanwhile stays pending
/// - (Poll::Ready(position.ok_or(BrokenBarrier)), [me.remove(), Some(waker)])
/// + (Poll::Pending, [None, Some(waker)])
/// ```
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

/// A trip against polls: once one party has passed all are ready, even while they are still queued
/// to be woken.
///
/// ```fault
/// barrier.rs, poll_arrived: a wait that has passed stays pending until it is popped
/// - Some(entry) if State::Waiting.is(entry.tag()) =>
/// + Some(entry) =>
/// ```
#[test]
fn once_one_has_passed_all_are_ready() {
    explore(3, || {
        let barrier = Arc::new(Barrier::new(4));
        block_on(async {
            let mut waits = [barrier.wait(), barrier.wait(), barrier.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let last = arriving(&barrier);
            let [first, mut second, mut third] = waits;
            assert_eq!(first.await.unwrap().index(), 0);
            for (wait, index) in [(&mut second, 1), (&mut third, 2)] {
                match poll_once(wait.as_mut()).await {
                    Poll::Ready(position) => assert_eq!(position.unwrap().index(), index),
                    Poll::Pending => panic!("the round is over"),
                }
            }
            assert_eq!(last.join().unwrap(), Ok(3));
        });
    });
}

/// A trip while an earlier round, of more than a batch, is being drained: the drain's sentinel is
/// not taken for a party.
///
/// ```fault
/// queue/drain.rs, SENTINEL: the sentinel of a drain is taken for a waiting party
/// - MAX_TAG
/// + 0
/// ```
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
            let next_round = {
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || block_on(whole_round(&barrier)))
            };
            tripping.join().unwrap().unwrap();
            next_round.join().unwrap();
            for wait in first {
                wait.await.unwrap();
            }
        });
    });
}

/// Another round of four, if the first is over.
async fn whole_round(barrier: &Barrier) {
    if barrier.waiting() == 0 {
        let mut waits = [barrier.wait(), barrier.wait(), barrier.wait()].map(Box::pin);
        for wait in &mut waits {
            assert!(poll_once(wait.as_mut()).await.is_pending());
        }
        assert_eq!(barrier.wait().await.unwrap().index(), 3);
        for wait in waits {
            wait.await.unwrap();
        }
    }
}
