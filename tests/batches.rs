//! A release of more waiters than are woken at once: those whose turn to be woken has not come yet
//! are released all the same. What happens in the middle of one is done here by the waker of the
//! first in line.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use underlock::waiting::EventWait;
use underlock::{Barrier, BarrierPosition, BrokenBarrier, Condition, Event};

use crate::support::Polled;

/// More than two batches.
const MANY: usize = 80;

/// A waker that does something when it is woken, which it is once.
struct Once(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Wake for Once {
    fn wake(self: Arc<Self>) {
        let act = self.0.lock().unwrap().take().expect("it is woken once");
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

    /// Polls each and gives what those give that are ready.
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

/// Many futures of `wait` in line. When the first is woken, `act` is done with the rest.
fn first_of_many<F: Future + Send + 'static>(
    wait: impl Fn() -> F,
    act: impl FnOnce(Waits<F>) + Send + 'static,
) -> Pin<Box<F>> {
    let rest = Arc::new(Mutex::new(None));
    let act = {
        let rest = Arc::clone(&rest);
        move || act(rest.lock().unwrap().take().expect("they are in line"))
    };
    let waker = Waker::from(Arc::new(Once(Mutex::new(Some(Box::new(act))))));
    let mut first = Box::pin(wait());
    assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    *rest.lock().unwrap() = Some(Waits::blocked((0..MANY).map(|_| wait())));
    first
}

/// Sets `event`, which many wait for, and does `act` in the middle of that.
fn in_the_middle_of_a_set(
    event: &'static Event,
    act: impl FnOnce(Waits<EventWait<'static>>) + Send + 'static,
) {
    let first = first_of_many(|| event.wait(), act);
    event.set();
    assert_eq!(Waits(vec![first]).poll().len(), 1);
}

#[test]
fn who_sees_the_event_set_is_ready() {
    static EVENT: Event = Event::new();
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        assert!(EVENT.is_set());
        assert_eq!(rest.poll().len(), MANY);
    });
    assert_eq!(format!("{EVENT:?}"), "Event { set: true, waiters: 0 }");
}

#[test]
fn clearing_the_event_takes_no_release_back() {
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
fn one_who_comes_after_the_clear_waits_for_the_next_set() {
    static EVENT: Event = Event::new();
    static LATE: Mutex<Option<Waits<EventWait<'static>>>> = Mutex::new(None);
    in_the_middle_of_a_set(&EVENT, |mut rest| {
        EVENT.clear();
        *LATE.lock().unwrap() = Some(Waits::blocked((0..MANY).map(|_| EVENT.wait())));
        drop(rest.0.split_off(MANY / 2));
        assert_eq!(rest.poll().len(), MANY / 2);
    });
    let mut late = LATE.lock().unwrap().take().expect("they came late");
    assert!(late.poll().is_empty());
    EVENT.set();
    EVENT.clear();
    assert_eq!(late.poll().len(), MANY);
}

/// The second `set` has nobody to wake, but all who waited before it are released when it returns.
#[test]
fn a_set_that_finds_another_at_work_releases_as_well() {
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
fn who_has_passed_the_barrier_is_ready() {
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
fn who_was_sent_away_from_the_barrier_is_ready() {
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

/// More are notified than are woken at once, and one is in line behind them: nobody takes the lock
/// while they are woken, and then it is granted that.
#[test]
fn one_in_line_behind_many_who_are_notified() {
    static CONDITION: Condition = Condition::new(());
    let tries = || assert!(CONDITION.try_acquire().is_none(), "one in line was barged");
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
