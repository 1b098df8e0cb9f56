//! Releases of more waiters than one batch of wakers: waiters of later batches count as released
//! from the start. The waker of the first waiter runs code in the middle of a release.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use underlock::waiting::EventWait;
use underlock::{Barrier, BarrierPosition, BrokenBarrier, Condition, Event};

use crate::support::Polled;

/// More than two batches.
const MANY: usize = 80;

/// A waker that runs a closure, once.
struct Once(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Wake for Once {
    fn wake(self: Arc<Self>) {
        let act = self.0.lock().unwrap().take().expect("woken once");
        act();
    }
}

/// Futures that are polled together.
struct Waits<F>(Vec<Pin<Box<F>>>);

impl<F: Future> Waits<F> {
    /// Polls each once; none is ready.
    fn blocked(waits: impl IntoIterator<Item = F>) -> Self {
        let mut waits = Self(waits.into_iter().map(Box::pin).collect());
        assert!(waits.poll().is_empty());
        waits
    }

    /// Polls each and returns the outputs of those that are ready.
    fn poll(&mut self) -> Vec<F::Output> {
        let mut outputs = Vec::new();
        self.0.retain_mut(|wait| {
            match wait.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(output) => {
                    outputs.push(output);
                    false
                }
                Poll::Pending => true,
            }
        });
        outputs
    }
}

/// Queues many futures of `wait`. When the first is woken, `act` runs with the others.
fn first_of_many<F: Future + Send + 'static>(
    wait: impl Fn() -> F,
    act: impl FnOnce(Waits<F>) + Send + 'static,
) -> Pin<Box<F>> {
    let rest = Arc::new(Mutex::new(None));
    let act = {
        let rest = Arc::clone(&rest);
        move || act(rest.lock().unwrap().take().expect("they are queued"))
    };
    let waker = Waker::from(Arc::new(Once(Mutex::new(Some(Box::new(act))))));
    let mut first = Box::pin(wait());
    assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    *rest.lock().unwrap() = Some(Waits::blocked((0..MANY).map(|_| wait())));
    first
}

/// Sets `event` and runs `act` in the middle of its release of many waiters.
fn in_the_middle_of_a_set(
    event: &'static Event,
    act: impl FnOnce(Waits<EventWait<'static>>) + Send + 'static,
) {
    let first = first_of_many(|| event.wait(), act);
    event.set();
    assert_eq!(Waits(vec![first]).poll().len(), 1);
}

#[test]
fn waits_are_ready_while_the_event_is_set() {
    static EVENT: Event = Event::new();
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        assert!(EVENT.is_set());
        assert_eq!(rest.poll().len(), MANY);
    });
    assert_eq!(format!("{EVENT:?}"), "Event { set: true, waiters: 0 }");
}

#[test]
fn clear_revokes_no_release() {
    static EVENT: Event = Event::new();
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        EVENT.clear();
        let mut late = Waits::blocked([EVENT.wait()]);
        assert_eq!(format!("{EVENT:?}"), "Event { set: false, waiters: 1 }");
        assert_eq!(rest.poll().len(), MANY);
        assert!(late.poll().is_empty());
    });
    assert!(!EVENT.is_set());
}

#[test]
fn wait_after_a_clear_waits_for_the_next_set() {
    static EVENT: Event = Event::new();
    static LATE: Mutex<Option<Waits<EventWait<'static>>>> = Mutex::new(None);
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        EVENT.clear();
        *LATE.lock().unwrap() = Some(Waits::blocked((0..MANY).map(|_| EVENT.wait())));
        drop(rest.0.split_off(MANY / 2));
        assert_eq!(rest.poll().len(), MANY / 2);
    });
    let mut late = LATE.lock().unwrap().take().expect("they are queued");
    assert!(late.poll().is_empty());
    EVENT.set();
    EVENT.clear();
    assert_eq!(late.poll().len(), MANY);
}

/// The second `set` wakes no waiter, but all earlier ones are released when it returns.
#[test]
fn a_concurrent_set_releases_as_well() {
    static EVENT: Event = Event::new();
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        EVENT.set();
        EVENT.clear();
        assert_eq!(rest.poll().len(), MANY);
    });
}

#[test]
fn sets_and_clears_within_a_set() {
    static EVENT: Event = Event::new();
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        EVENT.clear();
        let mut second = Waits::blocked((0..MANY).map(|_| EVENT.wait()));
        EVENT.set();
        EVENT.clear();
        let mut third = Waits::blocked([EVENT.wait()]);
        assert_eq!([rest.poll().len(), second.poll().len()], [MANY, MANY]);
        assert!(third.poll().is_empty());
    });
}

fn positions(outcomes: Vec<Result<BarrierPosition, BrokenBarrier>>) -> Vec<usize> {
    outcomes.into_iter().map(|outcome| outcome.expect("the barrier tripped").index()).collect()
}

#[test]
fn waits_are_ready_once_the_barrier_has_tripped() {
    static BARRIER: Barrier = Barrier::new(MANY + 2);
    let first = first_of_many(
        || BARRIER.wait(),
        |mut rest| {
            assert!(positions(rest.poll()).into_iter().eq(1..=MANY));
            BARRIER.abort();
        },
    );
    let mut last = Waits(vec![Box::pin(BARRIER.wait())]);
    assert_eq!(positions(last.poll()), [MANY + 1]);
    assert_eq!(positions(Waits(vec![first]).poll()), [0]);
    assert!(BARRIER.is_broken());
}

#[test]
fn waits_are_ready_once_the_barrier_is_broken() {
    static BARRIER: Barrier = Barrier::new(MANY + 2);
    let first = first_of_many(
        || BARRIER.wait(),
        |mut rest| {
            let outcomes = rest.poll();
            assert_eq!(outcomes, [Err(BrokenBarrier); MANY]);
        },
    );
    BARRIER.reset();
    assert_eq!(Waits(vec![first]).poll(), [Err(BrokenBarrier)]);
    assert_eq!(BARRIER.waiting(), 0);
}

/// A batch of notified waiters and a queued one behind them: the lock can't be barged while they
/// are woken, then the queued one is granted it.
#[test]
fn queued_waiter_behind_many_notified() {
    static CONDITION: Condition = Condition::new(());
    let tries = || assert!(CONDITION.try_acquire().is_none(), "the queued waiter was barged");
    let waker = Waker::from(Arc::new(Once(Mutex::new(Some(Box::new(tries))))));
    let acquire = || CONDITION.try_acquire().expect("it is free");
    let mut first = Polled::new(acquire().wait());
    assert!(first.poll_with(&waker).is_pending());
    let rest: Vec<_> = (0..MANY).map(|_| Polled::blocked(acquire().wait())).collect();
    let guard = acquire();
    guard.notify_all();
    let mut queued = Polled::blocked(CONDITION.acquire());
    guard.release();
    assert!(rest.iter().all(Polled::is_woken));
    queued.must_go_on().release();
    for mut waiting in [first].into_iter().chain(rest) {
        assert!(waiting.poll().is_ready());
    }
}
