//! Waiting against notifying and going away.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::{Condition, Conditions, Lock, Shared};

use crate::{Tracked, explore, poll_once};

/// A lock's state with two conditions, as `#[guarded]` makes them.
#[derive(Default)]
struct State {
    ready: usize,
    watched: Tracked,
}

impl Conditions<2> for State {}

struct Monitor {
    lock: Lock<State, 2>,
    filled: Condition<State, Shared<0>>,
    drained: Condition<State, Shared<1>>,
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

/// Who found nothing to do is in line before the lock is free, so no notification is missed.
///
/// ```fault
/// lock/monitor/notify.rs, wait: the lock is released before its holder is in line
/// - turn.into_held(seat.queue());
/// + drop(turn);
/// - hand_off(me.into_locked());
/// ```
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

/// Two waiters, one `notify_all`: they have the lock one after another.
///
/// ```fault
/// lock/monitor/release.rs, pop_notified: of those who were notified none is woken
/// - woken.push(locked.pop_front(List::Main));
/// + drop(locked.pop_front(List::Main));
/// ```
#[test]
fn notify_all_against_two() {
    explore(2, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        let mut first = Box::pin(state.wait(&monitor.filled));
        assert!(block_on(poll_once(first.as_mut())).is_pending());
        let second = spawn(&monitor, Monitor::take);
        block_on(monitor.give(2));
        block_on(first).release();
        second.join().unwrap();
        let state = monitor.lock.try_acquire().unwrap();
        assert_eq!((state.ready, state.watched.get()), (1, 2));
    });
}

/// One of two waiters goes away while one is notified: the notification reaches the other, unless
/// it was the other's anyway, also while somebody else has the lock.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: a notification is lost with who had it
/// - tag.forwards()
/// + false
/// ```
/// ```fault
/// lock/monitor/notify.rs, notify_waiters: a notifier does not see that others wait still
/// - more_than(&locked, side, count)
/// + false
/// ```
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

/// One goes away who was notified and has left the line; who is behind it has its own task.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: who inherits a notification is not woken
/// - forward(&mut locked, side) && !locked.flag()
/// + forward(&mut locked, side) && false
/// ```
#[test]
fn heir_is_woken() {
    explore(2, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        let mut leaving = Box::pin(state.wait(&monitor.filled));
        assert!(block_on(poll_once(leaving.as_mut())).is_pending());
        let staying = spawn(&monitor, Monitor::take);
        block_on(monitor.give(1));
        drop(leaving);
        staying.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// `notify_all` against a waiter that goes away: the other is woken in any case.
///
/// ```fault
/// queue/locked.rs, move_all: a list still begins with those who were moved out of it
/// - unsafe { self.set_ring(from, Ring::EMPTY) };
/// ```
#[test]
fn notify_all_against_cancel() {
    explore(0, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        let mut leaving = Box::pin(state.wait(&monitor.filled));
        assert!(block_on(poll_once(leaving.as_mut())).is_pending());
        let staying = spawn(&monitor, Monitor::take);
        let giving = spawn(&monitor, async |monitor: &Monitor| monitor.give(2).await);
        thread::yield_now();
        drop(leaving);
        giving.join().unwrap();
        staying.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// Two conditions of one lock: a notification of one is not the other's.
///
/// ```fault
/// lock/monitor/notify.rs, notify_waiters: who waits for another condition is notified
/// - List::Side(side)
/// + List::Side(0)
/// ```
/// ```fault
/// lock/monitor/notify.rs, wait: a condition has the queue of another
/// - let mut me = seat.lock();
/// + let side = side & 0;
/// + let mut me = seat.lock();
/// ```
#[test]
fn two_conditions_on_one_lock() {
    explore(2, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        let mut filling = Box::pin(state.wait(&monitor.filled));
        assert!(block_on(poll_once(filling.as_mut())).is_pending());
        let draining = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            state.wait_for(&monitor.drained, |state| state.watched.get() > 0).await.release();
        });
        let mut state = block_on(monitor.lock.acquire());
        state.watched.add(1);
        state.notify_one(&monitor.drained);
        state.release();
        draining.join().unwrap();
        assert!(block_on(poll_once(filling.as_mut())).is_pending());
    });
}

/// The first of those who wait for the second condition goes away while others come.
///
/// ```fault
/// queue/locked.rs, unlink: a list still begins with one that has gone
/// - self.queue.sides.as_ref()
/// + &self.queue.sides.as_ref()[..1]
/// ```
#[test]
fn first_of_a_side_line_leaves() {
    explore(2, || {
        let monitor = monitor();
        let state = monitor.lock.try_acquire().unwrap();
        let mut leaving = Box::pin(state.wait(&monitor.drained));
        assert!(block_on(poll_once(leaving.as_mut())).is_pending());
        let staying = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            state.wait_for(&monitor.drained, |state| state.ready > 0).await.release();
        });
        drop(leaving);
        let mut state = block_on(monitor.lock.acquire());
        state.ready = 1;
        state.notify_all(&monitor.drained);
        state.release();
        staying.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// A soft waiter, woken with the lock free, against others who take it first.
///
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: who was notified is woken with the lock still held
/// - locked.set_flag(false);
/// ```
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

/// A waiter polled with another waker while it is notified.
///
/// ```fault
/// lock/monitor/notify.rs, poll_waiting: a waker is replaced of one who has been notified meanwhile
/// - if is_waiting(&mut me, side)
/// + if true
/// ```
#[test]
fn waker_replaced_while_notified() {
    explore(2, || {
        let monitor = monitor();
        let waiting = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            let mut wait = Box::pin(state.wait_for(&monitor.filled, |state| state.ready > 0));
            // Another `block_on`, another waker.
            if poll_once(wait.as_mut()).await.is_pending() {
                block_on(wait).release();
            }
        });
        block_on(monitor.give(1));
        waiting.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}
