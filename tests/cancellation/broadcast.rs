//! Events and barriers: all waiters are released together, and a cancelled one affects no other.

use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use underlock::{Barrier, BarrierPosition, BrokenBarrier, Event, Party};

use crate::support::{Polled, at_once};

/// More waiters than one batch of wakers holds.
const MANY: usize = 100;

// === events ===

#[test]
fn event_wait_never_polled() {
    let event = Event::new();
    Polled::new(event.wait()).cancel();
    let mut waiting = Polled::blocked(event.wait());
    Polled::new(event.wait()).cancel();
    event.set();
    Polled::new(event.wait()).cancel();
    waiting.must_go_on();
}

#[test]
fn event_wait_in_each_queue_position() {
    for dropped in 0..1 << 4_usize {
        for after in [false, true] {
            let event = Event::new();
            let mut waiting: Vec<_> = (0..4).map(|_| Polled::blocked(event.wait())).collect();
            if after {
                event.set();
                event.clear();
            }
            for place in (0..4).rev() {
                if dropped & (1 << place) != 0 {
                    waiting.remove(place).cancel();
                }
            }
            if !after {
                assert!(!waiting.iter().any(Polled::is_woken));
                event.set();
                event.clear();
            }
            for waiter in &mut waiting {
                waiter.must_go_on();
            }
            assert_eq!(format!("{event:?}"), "Event { set: false, waiters: 0 }");
        }
    }
}

#[test]
fn event_wait_polled_with_another_waker() {
    let event = Event::new();
    let mut waiting = Polled::blocked(event.wait());
    assert!(waiting.poll_elsewhere().is_pending());
    let dropped = Polled::blocked(event.wait());
    event.set();
    assert!(dropped.is_woken());
    dropped.cancel();
    assert!(waiting.is_woken());
    assert!(waiting.poll_elsewhere().is_ready());
}

/// `set` releases every task waiting at that moment, even if `clear` follows, and no later one.
#[test]
fn set_then_clear_releases_only_earlier_waiters() {
    let event = Event::new();
    let mut early: Vec<_> = (0..MANY).map(|_| Polled::blocked(event.wait())).collect();
    event.set();
    event.clear();
    let late = Polled::blocked(event.wait());
    for waiter in &mut early {
        waiter.must_go_on();
    }
    assert!(!late.is_woken());
    late.cancel();
}

// === barriers ===

fn arrive(barrier: &Barrier, n: usize) -> Vec<Polled<'_, Option<usize>>> {
    let wait = || async { barrier.wait().await.ok().map(BarrierPosition::index) };
    (0..n).map(|_| Polled::blocked(wait())).collect()
}

#[test]
fn barrier_wait_never_polled() {
    let barrier = Barrier::new(2);
    Polled::new(barrier.wait()).cancel();
    assert_eq!(barrier.waiting(), 0);
    let first = arrive(&barrier, 1);
    Polled::new(barrier.wait()).cancel();
    assert_eq!(barrier.waiting(), 1);
    drop(first);
    assert_eq!(barrier.waiting(), 0);
}

#[test]
fn barrier_wait_in_each_queue_position() {
    for dropped in 0..1 << 4_usize {
        let barrier = Barrier::new(5);
        let mut waiting = arrive(&barrier, 4);
        for place in (0..4).rev() {
            if dropped & (1 << place) != 0 {
                waiting.remove(place).cancel();
            }
        }
        assert_eq!(barrier.waiting(), waiting.len());
        assert!(!waiting.iter().any(Polled::is_woken));
        let missing = 5 - waiting.len() - 1;
        waiting.extend(arrive(&barrier, missing));
        assert_eq!(at_once(barrier.wait()).map(BarrierPosition::index), Ok(4));
        // In order of arrival, cancelled arrivals not counted.
        for (index, waiter) in waiting.iter_mut().enumerate() {
            assert_eq!(waiter.must_go_on(), Some(index));
        }
        assert_eq!(barrier.waiting(), 0);
    }
}

/// A trip is final: cancelling a wait after it takes no arrival back.
#[test]
fn barrier_wait_after_the_trip() {
    for dropped in 0..1 << 3_usize {
        let barrier = Barrier::new(4);
        let waiting = arrive(&barrier, 3);
        at_once(barrier.wait()).unwrap();
        let next_round = arrive(&barrier, 1);
        for (index, mut waiter) in waiting.into_iter().enumerate() {
            if dropped & (1 << index) == 0 {
                assert_eq!(waiter.must_go_on(), Some(index));
            } else {
                waiter.cancel();
            }
        }
        assert_eq!(barrier.waiting(), 1);
        assert!(!next_round[0].is_woken());
    }
}

#[test]
fn barrier_wait_after_it_was_broken() {
    for abort in [false, true] {
        let barrier = Barrier::new(4);
        let mut waiting = arrive(&barrier, 3);
        if abort {
            barrier.abort();
        } else {
            barrier.reset();
        }
        assert!(waiting[1].is_woken());
        waiting.remove(1).cancel();
        for mut waiter in waiting {
            assert_eq!(waiter.must_go_on(), None);
        }
        assert_eq!(barrier.waiting(), 0);
        assert_eq!(barrier.is_broken(), abort);
    }
}

#[test]
fn barrier_wait_polled_with_another_waker() {
    let barrier = Barrier::new(3);
    let mut waiting = arrive(&barrier, 2);
    for waiter in &mut waiting {
        assert!(waiter.poll_elsewhere().is_pending());
    }
    at_once(barrier.wait()).unwrap();
    assert!(waiting[0].is_woken());
    assert!(waiting[0].poll_elsewhere().is_ready());
    assert_eq!(waiting[1].must_go_on(), Some(1));
}

#[test]
fn barrier_of_several_batches() {
    let barrier = Barrier::new(MANY + 1);
    let mut waiting = arrive(&barrier, MANY);
    assert_eq!(at_once(barrier.wait()).map(BarrierPosition::index), Ok(MANY));
    for (index, waiter) in waiting.iter_mut().enumerate() {
        assert_eq!(waiter.must_go_on(), Some(index));
    }
}

// === parties ===

#[test]
fn party_wait_never_polled_and_queued() {
    let [mut first, mut second, mut third] = Barrier::split();
    Polled::new(first.wait()).cancel();
    Polled::blocked(first.wait()).cancel();
    let mut one = Polled::blocked(first.wait());
    let two = Polled::blocked(second.wait());
    two.cancel();
    let mut two = Polled::blocked(second.wait());
    assert!(at_once(third.wait()).is_ok());
    assert!(one.must_go_on().is_ok());
    assert!(two.must_go_on().is_ok());
}

#[test]
fn party_wait_after_the_trip() {
    let [mut first, mut second, mut third] = Barrier::split();
    let one = Polled::blocked(first.wait());
    let mut two = Polled::blocked(second.wait());
    assert!(at_once(third.wait()).is_ok());
    one.cancel();
    assert!(two.must_go_on().is_ok());
    drop(two);

    let mut one = Polled::blocked(first.wait());
    drop(third);
    assert_eq!(one.must_go_on(), Err(BrokenBarrier));
    assert_eq!(at_once(second.wait()), Err(BrokenBarrier));
}

/// A cancelled task drops its party, which breaks the barrier for the others.
#[test]
fn party_dropped_in_each_state() {
    async fn wait(mut party: Party) -> Result<usize, BrokenBarrier> {
        party.wait().await.map(BarrierPosition::index)
    }

    let [first, second, third] = Barrier::split();
    let never_polled = Polled::new(wait(first));
    let mut waiting = Polled::blocked(wait(second));
    never_polled.cancel();
    assert_eq!(waiting.must_go_on(), Err(BrokenBarrier));
    assert_eq!(at_once(wait(third)), Err(BrokenBarrier));

    let [first, second, third] = Barrier::split();
    let mut one = Polled::blocked(wait(first));
    Polled::blocked(wait(second)).cancel();
    assert_eq!(one.must_go_on(), Err(BrokenBarrier));
    assert_eq!(at_once(wait(third)), Err(BrokenBarrier));

    // The trip is final, even for a party that has not been polled since.
    let [first, second, third] = Barrier::split();
    let one = Polled::blocked(wait(first));
    let mut two = Polled::blocked(wait(second));
    assert_eq!(at_once(wait(third)), Ok(2));
    one.cancel();
    assert_eq!(two.must_go_on(), Ok(1));
}

/// A round trips while an earlier one, of more than a batch, is still being drained: the sentinel
/// that marks the end of the earlier round in the queue is not counted as a party.
#[test]
fn barrier_trips_while_an_earlier_round_is_drained() {
    const PARTIES: usize = 40;

    /// Runs a whole round of other parties when it is woken.
    struct NextRound(Arc<Barrier>, Mutex<Vec<usize>>);

    impl Wake for NextRound {
        fn wake(self: Arc<Self>) {
            let mut waits: Vec<_> = (1..PARTIES).map(|_| Polled::blocked(self.0.wait())).collect();
            let mut positions = vec![at_once(self.0.wait()).unwrap().index()];
            positions.extend(waits.iter_mut().map(|wait| wait.must_go_on().unwrap().index()));
            *self.1.lock().unwrap() = positions;
        }
    }

    let barrier = Arc::new(Barrier::new(PARTIES));
    let next = Arc::new(NextRound(Arc::clone(&barrier), Mutex::default()));
    let waker = Waker::from(Arc::clone(&next));
    let mut first = Box::pin(barrier.wait());
    assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let mut rest: Vec<_> = (2..PARTIES).map(|_| Polled::blocked(barrier.wait())).collect();
    assert_eq!(at_once(barrier.wait()).unwrap().index(), PARTIES - 1);
    for (index, wait) in rest.iter_mut().enumerate() {
        assert_eq!(wait.must_go_on().unwrap().index(), index + 1);
    }

    let mut positions = next.1.lock().unwrap().clone();
    positions.sort_unstable();
    assert!(positions.into_iter().eq(0..PARTIES));
}
