//! Waiting against notifying and going away.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{Condition, In, Lock, Queues};

use crate::{Tracked, explore, poll_once};

/// A lock's state with two conditions, as `#[guarded]` makes them.
#[derive(Default)]
struct State {
    ready: usize,
    watched: Tracked,
}

impl Queues<2> for State {}

struct Monitor {
    lock: Lock<State, 2>,
    filled: Condition<State, In<0>>,
    drained: Condition<State, In<1>>,
}

fn monitor() -> Arc<Monitor> {
    Arc::new(Monitor {
        lock: Lock::new(State::default()),
        filled: Condition::shared(),
        drained: Condition::shared(),
    })
}

impl Monitor {
    async fn take(&self) {
        let state = self.lock.acquire().await;
        let mut state = state.wait_for(&self.filled, |state| state.ready > 0).await;
        state.ready -= 1;
        state.watched.add(1);
        state.notify_one(&self.drained);
    }

    async fn give(&self, count: usize) {
        let mut state = self.lock.acquire().await;
        state.ready += count;
        state.watched.add(1);
        if count == 1 {
            state.notify_one(&self.filled);
        } else {
            state.notify_all(&self.filled);
        }
    }
}

fn spawn(
    monitor: &Arc<Monitor>,
    run: impl AsyncFnOnce(&Monitor) + Send + 'static,
) -> thread::JoinHandle<()> {
    let monitor = Arc::clone(monitor);
    thread::spawn(move || block_on(async move { run(&monitor).await }))
}

/// Caught: a `park` that releases before it queues.
#[test]
fn wait_against_notify() {
    explore(3, || {
        let monitor = monitor();
        let other = spawn(&monitor, Monitor::take);
        block_on(monitor.give(1));
        other.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// Two waiters, one `notify_all`: they have the lock one after another. Caught: a release that
/// wakes a soft waiter and forgets that the next is to be woken when that one is done.
#[test]
fn notify_all_against_two() {
    explore(1, || {
        let monitor = monitor();
        let others = [spawn(&monitor, Monitor::take), spawn(&monitor, Monitor::take)];
        block_on(monitor.give(2));
        others.into_iter().for_each(|other| other.join().unwrap());
        let state = monitor.lock.try_acquire().unwrap();
        assert_eq!((state.ready, state.watched.get()), (0, 3));
    });
}

/// One of two waiters goes away while one is notified: the notification reaches the other, unless
/// it was the other's anyway. Caught: `leave` without the heir, or without waking it.
#[test]
fn notified_and_cancelled_passes_on() {
    explore(2, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        block_on(async {
            let mut leaving = Box::pin(state.wait(&monitor.filled));
            assert!(poll_once(leaving.as_mut()).await.is_pending());
            let state = monitor.lock.try_acquire().unwrap();
            let mut staying = pin!(state.wait(&monitor.filled));
            assert!(poll_once(staying.as_mut()).await.is_pending());

            let notifying = spawn(&monitor, async |monitor: &Monitor| {
                let state = monitor.lock.acquire().await;
                state.notify_one(&monitor.filled);
            });
            notifying.join().unwrap();
            let racing = spawn(&monitor, async |monitor: &Monitor| {
                monitor.lock.acquire().await.watched.add(1);
            });
            drop(leaving);
            staying.await.watched.add(1);
            racing.join().unwrap();
        });
    });
}

/// `notify_all` against a waiter that goes away: the other is woken in any case.
#[test]
fn notify_all_against_cancel() {
    explore(1, || {
        let monitor = monitor();
        let leaving = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            drop(poll_once(pin!(state.wait(&monitor.filled))).await);
        });
        let staying = spawn(&monitor, Monitor::take);
        block_on(monitor.give(2));
        leaving.join().unwrap();
        staying.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// Two conditions of one lock: a notification of one is not the other's. Caught: a `notify` that
/// takes from the wrong side line.
#[test]
fn two_conditions_on_one_lock() {
    explore(2, || {
        let monitor = monitor();
        let mut state = monitor.lock.try_acquire().unwrap();
        state.ready = 1;
        let other = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            state.wait_for(&monitor.drained, |state| state.ready == 0).await.release();
        });
        state.ready = 0;
        state.notify_all(&monitor.filled);
        state.notify_one(&monitor.drained);
        state.release();
        other.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// A soft waiter, woken with the lock free, against others who take it first.
#[test]
fn soft_waiter_against_newcomer() {
    explore(1, || {
        let monitor = monitor();
        let waiter = spawn(&monitor, Monitor::take);
        let newcomer = spawn(&monitor, async |monitor: &Monitor| {
            monitor.lock.acquire().await.watched.add(1);
        });
        block_on(monitor.give(1));
        waiter.join().unwrap();
        newcomer.join().unwrap();
        let state = monitor.lock.try_acquire().unwrap();
        assert_eq!((state.ready, state.watched.get()), (0, 3));
    });
}
