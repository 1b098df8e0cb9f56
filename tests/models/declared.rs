//! Declared conditions: nobody notifies, and nobody sleeps on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{Condition, Conditions, Declared, Lock};

use crate::{Tracked, explore, poll_once};

/// A lock's state with two declared conditions, as `#[guarded]` makes them.
#[derive(Default)]
struct State {
    given: Tracked,
    taken: usize,
    open: bool,
    broken: bool,
}

impl Conditions<2> for State {
    const WHEN: [Option<fn(&Self) -> bool>; 2] = [Some(State::is_ready), Some(State::is_open)];
}

/// A release takes a predicate that panics for a true one. That loom finds fault with what it looks at
/// is no answer of the predicate's, and ends the process.
struct LoomObjects;

impl Drop for LoomObjects {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

impl State {
    fn is_ready(&self) -> bool {
        if self.broken {
            // Not `panic!`, which would print a message each time.
            resume_unwind(Box::new("a predicate's own"));
        }
        let objects = LoomObjects;
        let given = self.given.get();
        std::mem::forget(objects);
        given > self.taken
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

struct Monitor {
    /// Of `std`'s `Arc`, as owned guards have it.
    lock: std::sync::Arc<Lock<State, 2>>,
    ready: Condition<State, Declared<0>>,
    open: Condition<State, Declared<1>>,
}

fn monitor() -> Arc<Monitor> {
    Arc::new(Monitor {
        lock: std::sync::Arc::new(Lock::new(State::default())),
        ready: Condition::shared(),
        open: Condition::shared(),
    })
}

impl Monitor {
    async fn take(&self) {
        self.lock.when(&self.ready).await.taken += 1;
    }

    async fn give(&self, count: usize) {
        self.lock.acquire().await.given.add(count);
    }

    /// By an owned guard.
    async fn give_owned(&self, count: usize) {
        self.lock.clone().acquire_owned().await.given.add(count);
    }

    /// How many were given and not taken.
    fn left(&self) -> usize {
        let state = self.lock.try_acquire().unwrap();
        state.given.get() - state.taken
    }
}

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future that waits for its condition already.
fn waiting<F>(monitor: &Arc<Monitor>, wait: impl FnOnce(Arc<Monitor>) -> F) -> Waiting
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut waiting: Waiting = Box::pin(wait(Arc::clone(monitor)));
    assert!(block_on(poll_once(waiting.as_mut())).is_pending());
    waiting
}

fn spawn(
    monitor: &Arc<Monitor>,
    run: impl AsyncFnOnce(&Monitor) + Send + 'static,
) -> thread::JoinHandle<()> {
    let monitor = Arc::clone(monitor);
    thread::spawn(move || block_on(async move { run(&monitor).await }))
}

/// A waiter that finds its condition false is queued before the lock is free, so no release misses it.
///
/// ```fault
/// lock/signal.rs, signal_awaited: nobody is signalled
/// - if is_true
/// + if is_true && false
/// ```
/// ```fault
/// lock/monitor/park.rs, park: the lock is released before its holder is queued
/// - turn.into_held(seat.queue());
/// + drop(turn);
/// - hand_off(me.into_locked());
/// ```
/// ```fault
/// lock/guard.rs, Guard::drop: a release looks at what another may hold by then
/// - signal(&self.lock.queue, &**self);
/// - drop(turn);
/// + drop(turn);
/// + signal(&self.lock.queue, &**self);
/// ```
#[test]
fn wait_against_release() {
    explore(2, || {
        let monitor = monitor();
        let other = spawn(&monitor, Monitor::take);
        block_on(monitor.give(1));
        other.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}

/// The same with an owned guard.
///
/// ```fault
/// lock/guard/owned.rs, OwnedGuard::drop: an owned guard does not look
/// - signal(self.queue(), &**self);
/// ```
#[test]
fn wait_against_owned_guard() {
    explore(2, || {
        let monitor = monitor();
        let other = spawn(&monitor, Monitor::take);
        block_on(monitor.give_owned(1));
        other.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}

/// One release makes the condition true for two. The first that was woken looks again when it releases
/// the lock, and wakes the second.
///
/// ```fault
/// lock/guard.rs, Guard::drop: who was woken does not relay
/// - signal(&self.lock.queue, &**self);
/// ```
#[test]
fn relay() {
    explore(2, || {
        let monitor = monitor();
        let first = waiting(&monitor, |monitor| async move { monitor.take().await });
        let second = waiting(&monitor, |monitor| async move { monitor.take().await });
        let second = thread::spawn(move || block_on(second));
        block_on(monitor.give_owned(2));
        block_on(first);
        second.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}

/// It relays though it changed nothing: whether the data was touched says nothing.
///
/// ```fault
/// lock/guard.rs, Guard::drop: who changed nothing does not relay
/// - signal(&self.lock.queue, &**self);
/// ```
#[test]
fn readers_relay() {
    explore(2, || {
        let monitor = monitor();
        let reader = |monitor: Arc<Monitor>| async move {
            assert_eq!(monitor.lock.when(&monitor.ready).await.given.get(), 1);
        };
        let first = waiting(&monitor, reader);
        let second = waiting(&monitor, reader);
        let second = thread::spawn(move || block_on(second));
        block_on(monitor.give_owned(1));
        block_on(first);
        second.join().unwrap();
    });
}

/// A wait lets go of the lock, and looks as any release does.
///
/// ```fault
/// lock/guard.rs, into_turn: who waits does not look
/// - signal(&this.lock.queue, &**this);
/// ```
/// ```fault
/// lock/signal.rs, signal: who waits for the first condition is looked for, and no other
/// - 0..N
/// + 0..1
/// ```
#[test]
fn waits_signal() {
    explore(2, || {
        let monitor = monitor();
        let taking = spawn(&monitor, async |monitor: &Monitor| {
            let mut state = monitor.lock.when(&monitor.ready).await;
            state.taken += 1;
            state.open = true;
        });
        block_on(async {
            let mut state = monitor.lock.acquire().await;
            state.given.add(1);
            state.wait_until(&monitor.open).await.release();
        });
        taking.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}

/// One that was signalled goes away: its signal reaches the other.
///
/// ```fault
/// lock/when.rs, cancel: a signal is lost with who had it
/// - Some(self.side)
/// + None
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: who inherits a signal is not woken
/// - forward(&mut locked, side) && !locked.flag()
/// + forward(&mut locked, side) && false
/// ```
#[test]
fn signalled_and_cancelled_passes_on() {
    explore(2, || {
        let monitor = monitor();
        let mut leaving = Box::pin(monitor.take());
        assert!(block_on(poll_once(leaving.as_mut())).is_pending());
        let staying = spawn(&monitor, Monitor::take);
        block_on(monitor.give(1));
        drop(leaving);
        staying.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}

/// Two conditions become true at once: one who waits for each is woken.
///
/// ```fault
/// lock/signal.rs, signal_awaited: only the first condition that is true is signalled
/// - monitor::notify(queue, side, 1);
/// + monitor::notify(queue, side, 1);
/// + return;
/// ```
#[test]
fn two_conditions_become_true() {
    explore(2, || {
        let monitor = monitor();
        let ready = waiting(&monitor, |monitor| async move { monitor.take().await });
        let open = waiting(&monitor, |monitor| async move {
            assert!(monitor.lock.when(&monitor.open).await.open);
        });
        let open = thread::spawn(move || block_on(open));
        let mut state = block_on(monitor.lock.clone().acquire_owned());
        state.given.add(1);
        state.open = true;
        state.release();
        open.join().unwrap();
        block_on(ready);
    });
}

/// A predicate panics in a release: its waiter asks again, and panics in its own task.
///
/// ```fault
/// lock/signal.rs, looks_true: a predicate that panics counts as false
/// - true
/// + false
/// ```
#[test]
fn predicate_panics() {
    explore(2, || {
        let monitor = monitor();
        let waiting = {
            let monitor = Arc::clone(&monitor);
            thread::spawn(move || {
                let waited = catch_unwind(AssertUnwindSafe(|| block_on(monitor.take())));
                assert!(waited.is_err());
            })
        };
        block_on(monitor.lock.acquire()).broken = true;
        waiting.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// One that was woken, and finds its condition false again, returns to its place.
///
/// ```fault
/// lock/monitor/park.rs, park: who was barged queues behind those who came later
/// - is_before(other.payload(), place)
/// + true
/// ```
/// ```fault
/// lock/when.rs, poll: who was barged forgets its place
/// - until.side, until.place, waker
/// + until.side, None, waker
/// ```
#[test]
fn barged_and_back_in_place() {
    explore(2, || {
        let monitor = monitor();
        let mut first = pin!(monitor.take());
        let mut second = pin!(monitor.take());
        assert!(block_on(poll_once(first.as_mut())).is_pending());
        assert!(block_on(poll_once(second.as_mut())).is_pending());
        let barging = spawn(&monitor, async |monitor: &Monitor| {
            let mut state = monitor.lock.acquire().await;
            state.given.add(1);
            state.release();
            let ready = monitor.lock.try_acquire().filter(|state| state.is_ready());
            if let Some(mut state) = ready {
                state.taken += 1;
            }
        });
        let early = block_on(poll_once(first.as_mut()));
        barging.join().unwrap();
        if early.is_pending() {
            // It was barged and has run since, or has not run yet.
            let late = block_on(poll_once(first.as_mut()));
            if late.is_pending() {
                block_on(monitor.give(1));
                assert_eq!(block_on(poll_once(first.as_mut())), Poll::Ready(()));
            }
        }
        assert!(block_on(poll_once(second.as_mut())).is_pending());
    });
}

/// A waiter polled with another waker while it is signalled.
///
/// ```fault
/// lock/monitor/notify.rs, poll_waiting: who was polled with another waker is woken by the one before
/// - me.entry().is_some_and(|entry| entry.will_wake(cx.waker()))
/// + true
/// ```
#[test]
fn waker_replaced_while_signalled() {
    explore(2, || {
        let monitor = monitor();
        let waiting = spawn(&monitor, async |monitor: &Monitor| {
            let mut wait = Box::pin(monitor.take());
            // Another `block_on`, another waker.
            if poll_once(wait.as_mut()).await.is_pending() {
                block_on(wait);
            }
        });
        block_on(monitor.give(1));
        waiting.join().unwrap();
        assert_eq!(monitor.left(), 0);
    });
}
