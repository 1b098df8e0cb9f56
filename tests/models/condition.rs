//! Waiting against notifying and going away.

use std::pin::{Pin, pin};
use std::task::Poll;

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

/// A future of its own of somebody who was notified and counts when it has the lock.
type Waiting = Pin<Box<dyn Future<Output = usize> + Send>>;

/// Waiters for `filled`, in this order, which were not notified yet. Each says how many had the lock
/// before it.
fn waiting<const N: usize>(monitor: &Arc<Monitor>) -> [Waiting; N] {
    std::array::from_fn(|_| {
        let monitor = Arc::clone(monitor);
        let mut waiting: Waiting = Box::pin(async move {
            let state = monitor.lock.acquire().await;
            let mut state = state.wait(&monitor.filled).await;
            state.watched.add(1);
            state.watched.get() - 1
        });
        assert!(poll(&mut waiting).is_pending());
        waiting
    })
}

/// Polls with a waker of its own.
fn poll(waiting: &mut Waiting) -> Poll<usize> {
    block_on(poll_once(waiting.as_mut()))
}

fn notify_all(monitor: &Monitor) {
    block_on(monitor.lock.acquire()).notify_all(&monitor.filled);
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
/// lock/monitor/release.rs, pop_notified: who was notified with all others is not woken
/// - tag.is(Kind::Queued)
/// + !tag.is(Kind::Notified)
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

/// A waiter that was woken, with the lock free, against others who take it first.
///
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: who was notified is woken with the lock still held
/// - locked.set_flag(false);
/// ```
#[test]
fn woken_against_newcomer() {
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

/// All who were notified are woken, though those before them are never polled, and more than a batch
/// at that.
///
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: of those who were notified only the first is woken
/// - pop_notified(&mut locked, &mut woken);
/// + let ticket = locked.shared().next_ticket();
/// + if let Some(first) = locked.front(List::Main) {
/// +     first.set_tag(Kind::Woken as u16);
/// +     first.set_payload(ticket);
/// + }
/// + woken.push(locked.pop_front(List::Main));
/// - (!locked.is_empty(List::Main)).then(|| WakeNotified { queue })
/// + None::<WakeNotified<'_, N>>
/// ```
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: a release stops at a batch
/// - (!locked.is_empty(List::Main)).then(|| WakeNotified { queue })
/// + None::<WakeNotified<'_, N>>
/// ```
/// ```fault
/// lock/monitor/release.rs, WakeNotified::drop: a release stops at the second batch
/// - let is_done = locked.is_empty(List::Main);
/// + let is_done = true;
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: one for whom the lock is reserved does not wake itself
/// - Verdict::WaitARound
/// + Verdict::Wait
/// ```
#[test]
fn all_notified_are_woken() {
    explore(2, || {
        let monitor = monitor();
        let idle = waiting::<4>(&monitor);
        let other = spawn(&monitor, Monitor::take);
        block_on(monitor.give(2));
        other.join().unwrap();
        drop(idle);
        assert!(!monitor.lock.is_locked());
    });
}

/// The rest of a release of more than a batch is woken by whoever takes the lock in between, with
/// another in line behind.
///
/// ```fault
/// lock/monitor/release.rs, WakeNotified::drop: a release goes on while another has the lock
/// - locked.flag()
/// + false
/// ```
#[test]
fn newcomer_between_batches() {
    explore(2, || {
        let monitor = monitor();
        let mut notified = waiting::<3>(&monitor);
        let newcomer = spawn(&monitor, async |monitor: &Monitor| {
            let state = monitor.lock.acquire().await;
            let mut queued = pin!(monitor.lock.acquire());
            assert!(poll_once(queued.as_mut()).await.is_pending());
            state.release();
            queued.await.watched.add(1);
        });
        notify_all(&monitor);
        newcomer.join().unwrap();
        for waiting in &mut notified {
            assert!(poll(waiting).is_ready());
        }
        assert!(!monitor.lock.is_locked());
    });
}

/// One is polled before two that were woken earlier, of whom the second is never polled.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a lock that is reserved looks free
/// - me.set_flag(true);
/// ```
/// ```fault
/// lock/monitor/acquire.rs, reserve_is_due: a lock that is held is reserved
/// - me.flag()
/// + false
/// ```
/// ```fault
/// lock/monitor/acquire.rs, queue_reserved: a reserved lock that another takes stays reserved
/// - reserved.set_tag(Tag::of(reserved).with(Kind::Queued).0);
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: a reserved lock is never taken
/// - tag.is(Kind::Reserved)
/// + false
/// ```
#[test]
fn reserved_against_earlier() {
    explore(3, || {
        let monitor = monitor();
        let [first, idle, last] = waiting(&monitor);
        notify_all(&monitor);
        let last = thread::spawn(move || _ = block_on(last));
        block_on(first);
        last.join().unwrap();
        drop(idle);
        assert_eq!(monitor.lock.try_acquire().unwrap().watched.get(), 2);
    });
}

/// The lock is reserved, one after another, for those who are polled before others that were woken
/// earlier, and goes to the earliest that is polled by then.
///
/// ```fault
/// lock/monitor/acquire.rs, step: who is polled before others that were woken earlier barges
/// - is_woken && reserve_is_due(me)
/// + false
/// ```
/// ```fault
/// lock/monitor/acquire.rs, poll_reacquire: who is polled before others that were woken earlier takes the short way past them
/// - Link::Popped
/// + Link::Idle
/// ```
/// ```fault
/// lock/monitor/acquire.rs, reserve_is_due: a lock that is reserved for a later one is not reserved for an earlier one
/// - queue_reserved(me, ticket)
/// + false
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: an earlier one does not take a lock that is reserved
/// - take_reserved(me)
/// + None
/// ```
#[test]
fn reserved_for_the_earliest() {
    explore(3, || {
        let monitor = monitor();
        let [mut first, mut second, mut last] = waiting(&monitor);
        notify_all(&monitor);
        assert!(poll(&mut last).is_pending());
        assert!(poll(&mut second).is_pending());
        let trying = spawn(&monitor, async |monitor: &Monitor| {
            assert!(monitor.lock.try_acquire().is_none_or(|state| state.watched.get() == 3));
        });
        for (waiting, place) in [(&mut first, 0), (&mut second, 1), (&mut last, 2)] {
            assert_eq!(poll(waiting), Poll::Ready(place));
        }
        trying.join().unwrap();
    });
}

/// A lock that was barged is reserved for one that queued again, while another that was woken
/// earlier has not run.
///
/// ```fault
/// lock/monitor/release.rs, grant_requeued: a release does not look who was woken earlier
/// - locked.shared().is_out_of_order(ticket)
/// + false
/// ```
#[test]
fn released_to_a_later_one() {
    explore(3, || {
        let monitor = monitor();
        let [mut first, mut second] = waiting(&monitor);
        notify_all(&monitor);
        let newcomer = spawn(&monitor, async |monitor: &Monitor| {
            drop(monitor.lock.try_acquire());
        });
        assert!(poll(&mut second).is_pending());
        newcomer.join().unwrap();
        assert_eq!(poll(&mut first), Poll::Ready(0));
        assert_eq!(poll(&mut second), Poll::Ready(1));
    });
}

/// One for whom the lock is reserved goes away while an earlier one comes, with another in line.
///
/// ```fault
/// lock/monitor.rs, holds_the_lock: who goes away keeps the lock that was reserved for it
/// - self.is(Kind::Granted) || self.is(Kind::Reserved)
/// + self.is(Kind::Granted)
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: who goes away looks whether the lock is reserved for it before it locks the queue
/// - let mut me = seat.lock();
/// - let tag = Tag(me.tag());
/// + let tag = Tag(seat.tag());
/// + let mut me = seat.lock();
/// ```
#[test]
fn cancel_while_reserved() {
    explore(3, || {
        let monitor = monitor();
        let [first, mut leaving] = waiting(&monitor);
        notify_all(&monitor);
        assert!(poll(&mut leaving).is_pending());
        let first = thread::spawn(move || _ = block_on(first));
        drop(leaving);
        block_on(monitor.lock.acquire()).watched.add(1);
        first.join().unwrap();
        assert_eq!(monitor.lock.try_acquire().unwrap().watched.get(), 2);
    });
}
