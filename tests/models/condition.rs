//! Waiting against notification and cancellation.

use std::future::poll_fn;
use std::mem;
use std::pin::{Pin, pin};
use std::task::Poll;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::waiting::{GiveUp, Wait};
use underlock::{Condition, Conditions, Guard, Lock, Shared};

use crate::{Tracked, explore, poll_once};

/// A lock's state with two conditions, as `#[guarded]` generates it.
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

/// A wait that counts itself when it has reacquired the lock.
type Waiting = Pin<Box<dyn Future<Output = usize> + Send>>;

/// Queued waiters of `filled`, none notified yet. The output of each is the number of waiters that
/// reacquired the lock before it.
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

/// A queued wait for `filled`, not notified yet, to be given up.
fn hasty(monitor: &Monitor) -> Pin<Box<Wait<Guard<'_, State, 2>>>> {
    let state = monitor.lock.try_acquire().unwrap();
    let mut wait = Box::pin(state.wait(&monitor.filled));
    assert!(block_on(poll_once(wait.as_mut())).is_pending());
    wait
}

/// Is pending once.
async fn suspend_once() {
    let mut suspended = false;
    poll_fn(|_| if mem::replace(&mut suspended, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
}

/// The outcome of a wait whose limit has elapsed.
async fn given_up<W: GiveUp>(mut wait: Pin<Box<W>>) -> W::Outcome {
    poll_fn(|cx| wait.as_mut().poll_given_up(cx)).await
}

fn notify_all(monitor: &Monitor) {
    block_on(monitor.lock.acquire()).notify_all(&monitor.filled);
}

/// A waiter is queued before it releases the lock, so it misses no notification.
///
/// ```fault
/// lock/monitor/notify.rs, wait: the lock is released before the waiter is queued
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

/// Two waiters, one `notify_all`: they reacquire the lock one after the other.
///
/// ```fault
/// lock/monitor/release.rs, pop_notified: no notified waiter is woken
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

/// One of two waiters is cancelled while one is notified: if the notification was its own it passes
/// to the other, even while the lock is held.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: notification lost with a cancelled waiter
/// - tag.forwards()
/// + false
/// ```
/// ```fault
/// lock/monitor/notify.rs, notify_waiters: a notification is not marked to be passed on
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

/// A notified waiter is cancelled after it was popped; the next waiter belongs to another task.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: the waiter that inherits a notification is not woken
/// - forward(&mut locked, side) && !locked.flag()
/// + forward(&mut locked, side) && false
/// ```
#[test]
fn inherited_notification_wakes() {
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

/// `notify_all` against the cancellation of one waiter: the other is woken in any case.
///
/// ```fault
/// lock/monitor/release.rs, pop_notified: waiters notified by `notify_all` are not woken
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

/// Two conditions of one lock: a notification of one does not reach waiters of the other.
///
/// ```fault
/// lock/monitor/notify.rs, notify_waiters: a waiter of another condition is notified
/// - List::Side(side)
/// + List::Side(0)
/// ```
/// ```fault
/// lock/monitor/notify.rs, wait: a waiter is queued for another condition
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

/// The first waiter of the second condition is cancelled while others are queued.
///
/// ```fault
/// queue/locked.rs, unlink: a list still begins with a cancelled waiter
/// - self.queue.sides.as_ref()
/// + &self.queue.sides.as_ref()[..1]
/// ```
#[test]
fn first_of_a_side_list_is_cancelled() {
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

/// A woken waiter against newcomers that barge.
///
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: a notified waiter is woken, the lock not freed
/// - locked.set_flag(false);
/// ```
#[test]
fn woken_against_barging() {
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

/// A wait is polled with another waker while it is notified.
///
/// ```fault
/// lock/monitor/notify.rs, poll_waiting: the waker of a notified waiter is replaced
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

/// All notified waiters are woken, more than a batch of them, even if earlier ones are never
/// polled.
///
/// ```fault
/// lock/monitor/release.rs, hand_off_past_notified: only the first notified waiter is woken
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
/// lock/monitor/release.rs, hand_off_past_notified: a release wakes only one batch
/// - (!locked.is_empty(List::Main)).then(|| WakeNotified { queue })
/// + None::<WakeNotified<'_, N>>
/// ```
/// ```fault
/// lock/monitor/release.rs, WakeNotified::drop: a release wakes only two batches
/// - let is_done = locked.is_empty(List::Main);
/// + let is_done = true;
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: a waiter that the lock is reserved for does not wake itself
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

/// A newcomer takes the lock between two batches of a release: its own release wakes the rest, with
/// another waiter queued behind.
///
/// ```fault
/// lock/monitor/release.rs, WakeNotified::drop: a release goes on waking while the lock is held
/// - locked.flag()
/// + false
/// ```
#[test]
fn acquired_between_batches() {
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

/// A waiter is polled before two that were woken earlier, of which the second is never polled.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a reserved lock appears free
/// - me.set_flag(true);
/// ```
/// ```fault
/// lock/monitor/order.rs, reserve_is_due: a held lock is reserved
/// - me.flag()
/// + false
/// ```
/// ```fault
/// lock/monitor/order.rs, queue_reserved: a lock taken by an earlier waiter stays reserved
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

/// Waiters are polled before others that were woken earlier. The lock is reserved for each of them,
/// and goes to the earliest that is polled by then.
///
/// ```fault
/// lock/monitor/acquire.rs, step: a waiter polled out of order barges
/// - is_woken && reserve_is_due(me)
/// + false
/// ```
/// ```fault
/// lock/monitor/acquire.rs, poll_reacquire: a waiter polled out of order barges on the fast path
/// - Link::Popped
/// + Link::Idle
/// ```
/// ```fault
/// lock/monitor/order.rs, reserve_is_due: the lock is not reserved anew for an earlier waiter
/// - queue_reserved(me, ticket)
/// + false
/// ```
/// ```fault
/// lock/monitor/acquire.rs, step: an earlier waiter does not take a reserved lock
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

/// A released lock is reserved for a requeued waiter if another that was woken earlier has not been
/// polled.
///
/// ```fault
/// lock/monitor/release.rs, grant_requeued: a release ignores that another waiter was woken earlier
/// - locked.shared().is_out_of_order(ticket)
/// + false
/// ```
#[test]
fn reserved_on_release() {
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

/// A waiter that the lock is reserved for is cancelled while an earlier one is polled, with another
/// waiter queued.
///
/// ```fault
/// lock/monitor/state.rs, holds_the_lock: the reservation of a cancelled waiter is not released
/// - self.is(Kind::Granted) || self.is(Kind::Reserved)
/// + self.is(Kind::Granted)
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: cancel checks for a reservation before it locks the queue
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

/// A limit elapses while one waiter is notified: the notification goes to it or to the next waiter.
///
/// ```fault
/// lock/monitor/give_up.rs, leave: a notified waiter gives up
/// - !is_waiting(&mut me, side)
/// + false
/// ```
/// ```fault
/// lock/monitor/give_up.rs, leave: a waiter that gave up stays in its list
/// - let waker = me.remove();
/// + let waker = None::<core::task::Waker>;
/// ```
/// ```fault
/// lock/wait/within.rs, poll_given_up: a notification at the moment of the limit is not reported
/// - if H::give_up(waiter.as_mut(), self.side)
/// + let _ = H::give_up(waiter.as_mut(), self.side);
/// + if true
/// ```
#[test]
fn limit_against_notify() {
    explore(3, || {
        let monitor = monitor();
        let hasty = hasty(&monitor);
        let [mut other] = waiting(&monitor);
        let notifying = spawn(&monitor, async |monitor: &Monitor| {
            monitor.lock.acquire().await.notify_one(&monitor.filled);
        });
        let (mut state, notified) = block_on(given_up(hasty));
        state.watched.add(1);
        state.release();
        notifying.join().unwrap();
        assert_eq!(poll(&mut other).is_ready(), !notified);
    });
}

/// A limit elapses after `notify_all`, while the lock is being released.
///
/// ```fault
/// lock/monitor/give_up.rs, leave: a waiter notified by `notify_all` gives up
/// - !is_waiting(&mut me, side)
/// + !Tag(me.tag()).is(Kind::Waiting)
/// ```
#[test]
fn limit_against_release_to_all() {
    explore(3, || {
        let monitor = monitor();
        let mut hasty: Pin<Box<dyn Future<Output = bool> + Send>> = Box::pin({
            let monitor = Arc::clone(&monitor);
            async move {
                let wait = hasty(&monitor);
                suspend_once().await;
                let (mut state, notified) = given_up(wait).await;
                state.watched.add(1);
                notified
            }
        });
        assert!(block_on(poll_once(hasty.as_mut())).is_pending());
        let [mut other] = waiting(&monitor);
        let state = monitor.lock.try_acquire().unwrap();
        state.notify_all(&monitor.filled);
        let giving_up = thread::spawn(move || assert!(block_on(hasty)));
        state.release();
        giving_up.join().unwrap();
        while poll(&mut other).is_pending() {}
        assert_eq!(monitor.lock.try_acquire().unwrap().watched.get(), 2);
    });
}

/// A limit elapses while a cancelled waiter passes its notification on: it goes to the waiter that
/// gives up or to the one behind it.
///
/// ```fault
/// lock/monitor/give_up.rs, leave: a waiter that inherited a notification gives up
/// - !is_waiting(&mut me, side)
/// + false
/// ```
/// ```fault
/// lock/monitor/cancel.rs, cancel: notification lost with a cancelled waiter
/// - tag.forwards()
/// + false
/// ```
#[test]
fn limit_against_cancel() {
    explore(3, || {
        let monitor = monitor();
        let [leaving] = waiting(&monitor);
        let hasty = hasty(&monitor);
        let [mut other] = waiting(&monitor);
        monitor.lock.try_acquire().unwrap().notify_one(&monitor.filled);
        let cancelling = thread::spawn(move || drop(leaving));
        let (state, notified) = block_on(given_up(hasty));
        state.release();
        cancelling.join().unwrap();
        assert_eq!(poll(&mut other).is_ready(), !notified);
    });
}

/// A waiter that gave up and is queued for the lock is cancelled while the lock is released.
///
/// ```fault
/// lock/monitor/cancel.rs, cancel: grant lost with a waiter that gave up
/// - hand_off(locked);
/// + drop(locked);
/// ```
#[test]
fn given_up_and_dropped_against_release() {
    explore(3, || {
        let monitor = monitor();
        let mut hasty = hasty(&monitor);
        let other = spawn(&monitor, async |monitor: &Monitor| {
            monitor.lock.acquire().await.watched.add(1);
        });
        let polled = block_on(poll_fn(|cx| Poll::Ready(hasty.as_mut().poll_given_up(cx))));
        drop(polled);
        drop(hasty);
        other.join().unwrap();
        assert!(!monitor.lock.is_locked());
    });
}

/// Owned guards of a struct's lock wait and notify on two threads.
///
/// ```fault
/// lock/guard/owned.rs, notify: an owned guard notifies nobody
/// - monitor::notify(self.queue(), side, n);
/// ```
/// ```fault
/// lock/guard/owned.rs, park: the wait of an owned guard does not release the lock
/// - monitor::wait(seat, turn, side, waker);
/// + turn.into_held(seat.queue());
/// + drop((seat, side, waker));
/// ```
#[test]
fn owned_guards_wait_and_notify() {
    explore(1, || {
        let monitor = std::sync::Arc::new(Monitor {
            lock: Lock::new(State::default()),
            filled: Condition::shared(),
            drained: Condition::shared(),
        });
        let clone = || std::sync::Arc::clone(&monitor);
        let state = Lock::try_acquire_owned_by(clone(), |monitor| &monitor.lock).unwrap();
        let waiting = thread::spawn({
            let monitor = clone();
            move || {
                let wait = state.wait_for(&monitor.filled, |state| state.ready > 0);
                block_on(wait).watched.add(1);
            }
        });
        let mut state = block_on(Lock::acquire_owned_by(clone(), |monitor| &monitor.lock));
        state.ready += 1;
        state.notify_one(&monitor.filled);
        state.release();
        waiting.join().unwrap();
        assert!(!monitor.lock.is_locked());
        assert_eq!(std::sync::Arc::strong_count(&monitor), 1);
    });
}
