//! Every way to wait for a condition, cancelled in every state. The notification of a cancelled
//! waiter passes to another that was waiting when it was sent, the lock to the next in the queue.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use underlock::{Condition, ConditionGuard, Lock, guarded};

use crate::support::{BoxFuture, Dice, Polled, at_once};

/// A door, and a condition that says that it is open.
trait Door {
    type Guard<'a>: Holds<'a>
    where
        Self: 'a;

    fn closed() -> Self;
    fn acquire(&self) -> BoxFuture<'_, Self::Guard<'_>>;
    fn is_free(&self) -> bool;
}

trait Holds<'a>: Sized + 'a {
    fn set_open(&mut self, open: bool);
    fn notify(&self, n: usize);
    fn notify_all(&self);
    fn wait_by(self, way: Way) -> BoxFuture<'a, Self>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Wait,
    WaitFor,
    WaitForSome,
}

/// A condition with a lock of its own.
type OwnDoor = Condition<bool>;

/// A lock with two shared conditions, of which the second is used.
#[guarded]
struct SharedDoor {
    lock: Lock,
    #[guarded(lock)]
    open: bool,
    #[condition(lock)]
    _closed: Condition,
    #[condition(lock)]
    opened: Condition,
}

/// A guard and its conditions.
struct Inside<'a>(SharedDoorLockGuard<'a>, &'a SharedDoor);

impl Door for OwnDoor {
    type Guard<'a> = ConditionGuard<'a, bool>;

    fn closed() -> Self {
        Self::new(false)
    }

    fn acquire(&self) -> BoxFuture<'_, Self::Guard<'_>> {
        Box::pin(OwnDoor::acquire(self))
    }

    fn is_free(&self) -> bool {
        self.try_acquire().is_some()
            && format!("{self:?}") == "Condition { locked: false, waiters: 0 }"
    }
}

impl Door for SharedDoor {
    type Guard<'a> = Inside<'a>;

    fn closed() -> Self {
        SharedDoor {
            lock: Lock::new(SharedDoorLock { open: false }),
            _closed: Condition::shared(),
            opened: Condition::shared(),
        }
    }

    fn acquire(&self) -> BoxFuture<'_, Self::Guard<'_>> {
        Box::pin(async { Inside(self.lock.acquire().await, self) })
    }

    fn is_free(&self) -> bool {
        self.lock.try_acquire().is_some()
            && format!("{:?}", self.lock) == "Lock { locked: false, waiters: 0 }"
    }
}

impl<'a> Holds<'a> for ConditionGuard<'a, bool> {
    fn set_open(&mut self, open: bool) {
        **self = open;
    }

    fn notify(&self, n: usize) {
        self.notify(n);
    }

    fn notify_all(&self) {
        self.notify_all();
    }

    fn wait_by(self, way: Way) -> BoxFuture<'a, Self> {
        match way {
            Way::Wait => Box::pin(self.wait()),
            Way::WaitFor => Box::pin(self.wait_for(|open| *open)),
            Way::WaitForSome => {
                let wait = self.wait_for_some(|open| open.then_some(()));
                Box::pin(async { wait.await.0 })
            }
        }
    }
}

impl<'a> Holds<'a> for Inside<'a> {
    fn set_open(&mut self, open: bool) {
        self.0.open = open;
    }

    fn notify(&self, n: usize) {
        self.0.notify(&self.1.opened, n);
    }

    fn notify_all(&self) {
        self.0.notify_all(&self.1.opened);
    }

    fn wait_by(self, way: Way) -> BoxFuture<'a, Self> {
        let Self(guard, door) = self;
        Box::pin(async move {
            let opened = &door.opened;
            let guard = match way {
                Way::Wait => guard.wait(opened).await,
                Way::WaitFor => guard.wait_for(opened, |state| state.open).await,
                Way::WaitForSome => {
                    guard.wait_for_some(opened, |state| state.open.then_some(())).await.0
                }
            };
            Self(guard, door)
        })
    }
}

type Waiting<'a, D> = Polled<'a, <D as Door>::Guard<'a>>;

/// A task that waits for the door to be opened.
fn parked<D: Door>(door: &D, way: Way) -> Waiting<'_, D> {
    let mut guard = at_once(door.acquire());
    guard.set_open(false);
    Polled::blocked(guard.wait_by(way))
}

fn all_parked<D: Door, const N: usize>(door: &D, way: Way) -> [Waiting<'_, D>; N] {
    std::array::from_fn(|_| parked(door, way))
}

/// Opens the door and notifies `n`.
fn open<D: Door>(door: &D, n: usize) -> D::Guard<'_> {
    let mut guard = at_once(door.acquire());
    guard.set_open(true);
    guard.notify(n);
    guard
}

/// The waiters are woken and acquire the lock in this order.
fn go_through<D: Door>(waiting: Vec<Waiting<'_, D>>) {
    for mut next in waiting {
        drop(next.must_go_on());
    }
}

macro_rules! in_every_way {
    ($($(#[$attribute:meta])* fn $name:ident<D>($door:ident, $way:ident) $body:block)*) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                fn run<D: Door>($door: &D, $way: Way) $body

                for way in [Way::Wait, Way::WaitFor, Way::WaitForSome] {
                    let door = OwnDoor::closed();
                    run(&door, way);
                    assert!(door.is_free(), "{way:?}: {door:?}");
                    let door = SharedDoor::closed();
                    run(&door, way);
                    assert!(door.is_free(), "{way:?}: {:?}", door.lock);
                }
            }
        )*
    };
}

in_every_way! {
    /// The future owns the guard: dropping it releases the lock.
    fn never_polled<D>(door, way) {
        let mut waiting = Polled::blocked(async {
            let guard = door.acquire().await;
            let never_polled = guard.wait_by(way);
            std::future::pending::<()>().await;
            drop(never_polled);
        });
        assert!(!door.is_free());
        waiting.must_wait();
        waiting.cancel();
    }

    /// Cancelling a waiter that was not notified wakes no other.
    fn parked_anywhere<D>(door, way) {
        for dropped in 0..1 << 3_usize {
            let mut left = Vec::new();
            for (place, waiter) in all_parked::<D, 3>(door, way).into_iter().enumerate() {
                if dropped & (1 << place) == 0 {
                    left.push(waiter);
                } else {
                    waiter.cancel();
                }
            }
            assert!(!left.iter().any(Polled::is_woken));
            let guard = open(door, left.len());
            drop(guard);
            go_through::<D>(left);
            assert!(door.is_free(), "after dropping {dropped:b}");
        }
    }

    fn polled_elsewhere<D>(door, way) {
        let mut waiting = all_parked::<D, 3>(door, way);
        for waiter in &mut waiting {
            assert!(waiter.poll_elsewhere().is_pending());
        }
        let guard = open(door, 2);
        for waiter in &mut waiting {
            assert!(waiter.poll_elsewhere().is_pending());
        }
        let [first, second, third] = waiting;
        first.cancel();
        drop(guard);
        go_through::<D>(vec![second, third]);
    }

    /// Cancelled while the notifier holds the lock.
    fn notified<D>(door, way) {
        let [first, mut second, third] = all_parked(door, way);
        let guard = open(door, 1);
        first.cancel();
        assert!(!second.is_woken(), "woken while the lock is held");
        drop(guard);
        drop(second.must_go_on());
        assert!(!third.is_woken(), "one notification, one wake-up");
        third.cancel();
    }

    fn all_notified<D>(door, way) {
        for dropped in 0..1 << 4_usize {
            let mut waiting = Vec::from(all_parked::<D, 4>(door, way));
            let mut guard = at_once(door.acquire());
            guard.set_open(true);
            guard.notify_all();
            for place in (0..4).rev() {
                if dropped & (1 << place) != 0 {
                    waiting.remove(place).cancel();
                }
            }
            drop(guard);
            go_through::<D>(waiting);
            assert!(door.is_free(), "after dropping {dropped:b}");
        }
    }

    /// Polled while the lock is held, so it is queued.
    fn notified_and_queued<D>(door, way) {
        for elsewhere in [false, true] {
            let [mut first, mut second, third] = all_parked(door, way);
            let guard = open(door, 1);
            first.must_wait();
            if elsewhere {
                assert!(first.poll_elsewhere().is_pending());
            }
            first.cancel();
            drop(guard);
            drop(second.must_go_on());
            assert!(!third.is_woken());
            third.cancel();
        }
    }

    fn woken<D>(door, way) {
        let [first, mut second, third] = all_parked(door, way);
        drop(open(door, 1));
        assert!(first.is_woken());
        assert!(!second.is_woken());
        first.cancel();
        drop(second.must_go_on());
        assert!(!third.is_woken());
        third.cancel();
    }

    /// A woken waiter is barged before it has been polled.
    fn woken_and_barged<D>(door, way) {
        for polled in [false, true] {
            let [mut first, mut second, third] = all_parked(door, way);
            drop(open(door, 1));
            let other = at_once(door.acquire());
            if polled {
                assert!(first.is_woken());
                first.must_wait();
            }
            first.cancel();
            assert!(!second.is_woken());
            drop(other);
            drop(second.must_go_on());
            assert!(!third.is_woken());
            third.cancel();
        }
    }

    /// A queued waiter is granted the lock ahead of a notified one, which is only woken: one that
    /// is never polled delays no other.
    fn overtaken_by_a_queued_waiter<D>(door, way) {
        for runs in [false, true] {
            let [mut first, mut second, third] = all_parked(door, way);
            let guard = open(door, 1);
            let mut behind = Polled::blocked(door.acquire());
            drop(guard);
            assert!(first.is_woken());
            let guard = behind.must_go_on();
            if runs {
                first.must_wait();
            }
            first.cancel();
            assert!(!second.is_woken());
            drop(guard);
            drop(second.must_go_on());
            assert!(!third.is_woken());
            third.cancel();
        }
    }

    fn several_overtaken_by_a_queued_waiter<D>(door, way) {
        let [mut first, mut second, mut third] = all_parked(door, way);
        let guard = open(door, 3);
        let mut behind = Polled::blocked(door.acquire());
        drop(guard);
        assert!(first.is_woken() && second.is_woken() && third.is_woken());
        drop(behind.must_go_on());
        drop(first.must_go_on());
        drop(second.must_go_on());
        drop(third.must_go_on());
    }

    /// A waiter that is polled before another that was woken earlier yields to it once, and
    /// acquires the lock at its next poll even if the other is never polled.
    fn polled_out_of_order<D>(door, way) {
        for all in [false, true] {
            let [mut first, mut second, third] = all_parked(door, way);
            let guard = open(door, if all { 0 } else { 2 });
            if all {
                guard.notify_all();
            }
            drop(guard);
            assert!(first.is_woken() && second.is_woken());
            second.must_yield_to_earlier();
            drop(first.must_go_on());
            drop(second.must_go_on());
            assert_eq!(third.is_woken(), all);
            third.cancel();
            assert!(door.is_free());
        }
    }

    /// Granted the lock, having been polled and queued.
    fn granted<D>(door, way) {
        let [mut first, mut second, third] = all_parked(door, way);
        let guard = open(door, 1);
        first.must_wait();
        let mut behind = Polled::blocked(door.acquire());
        drop(guard);
        assert!(first.is_woken());
        behind.must_wait();
        first.cancel();
        drop(behind.must_go_on());
        drop(second.must_go_on());
        assert!(!third.is_woken());
        third.cancel();
    }

    /// Without another waiter to pass to, the notification is discarded.
    fn no_waiter_to_inherit<D>(door, way) {
        let [only] = all_parked(door, way);
        let guard = open(door, 3);
        only.cancel();
        drop(guard);
        assert!(door.is_free());

        let [only] = all_parked(door, way);
        drop(open(door, 1));
        only.cancel();
    }

    fn inherited_twice<D>(door, way) {
        let [first, second, mut third, fourth] = all_parked(door, way);
        let guard = open(door, 1);
        first.cancel();
        second.cancel();
        drop(guard);
        drop(third.must_go_on());
        assert!(!fourth.is_woken());
        fourth.cancel();

        let [first, second, mut third, fourth] = all_parked(door, way);
        drop(open(door, 1));
        first.cancel();
        assert!(second.is_woken());
        second.cancel();
        drop(third.must_go_on());
        assert!(!fourth.is_woken());
        fourth.cancel();
    }

    fn two_notifications_inherited<D>(door, way) {
        let [first, second, third, fourth, fifth] = all_parked(door, way);
        let guard = open(door, 2);
        second.cancel();
        first.cancel();
        drop(guard);
        go_through::<D>(vec![third, fourth]);
        assert!(!fifth.is_woken());
        fifth.cancel();
    }

    /// A notification does not pass to a task that began to wait after it.
    fn not_inherited_by_newcomers<D>(door, way) {
        for queued in [false, true] {
            let [mut first] = all_parked(door, way);
            let mut guard = open(door, 1);
            if queued {
                first.must_wait();
            }
            guard.set_open(false);
            let later = Polled::blocked(guard.wait_by(way));
            assert!(first.is_woken());
            first.cancel();
            assert!(!later.is_woken(), "a spurious wake-up");
            drop(at_once(door.acquire()));
            later.cancel();
        }
    }

    /// Woken waiters that find the lock taken are requeued in the order in which they were woken,
    /// whichever is polled first, and ahead of newcomers.
    fn woken_and_barged_in_order<D>(door, way) {
        for order in [[0, 1, 2], [2, 1, 0], [2, 0, 1]] {
            let [mut first, mut second, mut third, mut last] = all_parked(door, way);
            drop(open(door, 4));
            drop(at_once(door.acquire()));
            drop(at_once(door.acquire()));
            let other = at_once(door.acquire());
            let mut newcomer = Polled::blocked(door.acquire());
            let woken = [&mut first, &mut second, &mut third];
            assert!(woken.iter().all(|waiter| waiter.is_woken()) && last.is_woken());
            for runs in order {
                woken[runs].must_wait();
            }
            drop(other);
            drop(first.must_go_on());
            drop(second.must_go_on());
            drop(third.must_go_on());
            // The last has not been polled, so it can be barged.
            drop(newcomer.must_go_on());
            drop(last.must_go_on());
        }
    }

    /// Without queued waiters a release leaves the lock free.
    fn queued_and_gone<D>(door, way) {
        let [mut first, second] = all_parked(door, way);
        let guard = open(door, 2);
        first.must_wait();
        let newcomer = Polled::blocked(door.acquire());
        newcomer.cancel();
        first.cancel();
        drop(guard);
        assert!(second.is_woken());
        drop(at_once(door.acquire()));
        go_through::<D>(vec![second]);
    }

    /// A waiter that is cancelled after it has passed its notification on leaves no trace.
    fn everybody_goes<D>(door, way) {
        let waiting = all_parked::<D, 5>(door, way);
        drop(open(door, 2));
        for waiter in waiting {
            waiter.cancel();
        }
    }
}

// === predicates ===

/// A wait whose predicate returns false again goes on waiting, and can be cancelled as before.
#[test]
fn predicate_false_after_notification() {
    for way in [Way::WaitFor, Way::WaitForSome] {
        let door = SharedDoor::closed();
        let [mut first, mut second] = all_parked(&door, way);
        let mut guard = open(&door, 2);
        guard.set_open(false);
        drop(guard);
        assert!(first.is_woken());
        first.must_wait();
        assert!(second.is_woken());
        second.must_wait();
        first.cancel();
        assert!(!second.is_woken());
        drop(open(&door, 1));
        drop(second.must_go_on());
        assert!(door.is_free());
    }
}

/// Notified waiters that have not been polled are in the queue, but the lock is free.
#[test]
fn notified_waiters_leave_the_lock_free() {
    let condition = Condition::new(());
    let waiting = [(); 2].map(|()| Polled::blocked(at_once(condition.acquire()).wait()));
    at_once(condition.acquire()).notify_all();
    condition.try_acquire().expect("the lock is free").release();
    for mut waiter in waiting {
        waiter.must_go_on().release();
    }
}

/// A predicate that panics releases the lock and leaves the other waiters queued.
#[test]
fn predicate_panics() {
    let condition = Condition::new(0);
    let calls = Cell::new(0);
    let mut asked = Polled::new(async {
        let guard = condition.acquire().await;
        let panics_the_second_time = |_: &i32| {
            calls.set(calls.get() + 1);
            assert!(calls.get() < 2, "the predicate's own panic");
            false
        };
        guard.wait_for(panics_the_second_time).await.release();
    });
    asked.must_wait();
    let mut other = Polled::blocked(async { condition.acquire().await.wait().await.release() });

    let guard = at_once(condition.acquire());
    guard.notify_all();
    guard.release();
    assert!(catch_unwind(AssertUnwindSafe(|| asked.poll())).is_err());
    assert!(!condition.is_locked() && other.is_woken());
    drop(asked);
    other.must_go_on();
    assert_eq!(format!("{condition:?}"), "Condition { locked: false, waiters: 0 }");
}

/// The waiter has consumed its notification, which is not passed on.
#[test]
fn predicate_panics_after_a_notification() {
    let condition = Condition::new(false);
    let mut first = Polled::blocked(async {
        let guard = at_once(condition.acquire());
        guard
            .wait_for(|panics| {
                assert!(!panics, "the predicate's own panic");
                false
            })
            .await
            .release();
    });
    let other = Polled::blocked(async { at_once(condition.acquire()).wait().await.release() });
    let mut guard = at_once(condition.acquire());
    *guard = true;
    guard.notify_one();
    guard.release();
    assert!(catch_unwind(AssertUnwindSafe(|| first.poll())).is_err());
    drop(first);
    assert!(!condition.is_locked() && !other.is_woken());
}

// === a channel ===

const CAPACITY: usize = 2;

#[guarded]
struct Channel {
    lock: Lock,
    #[guarded(lock)]
    items: usize,
    #[guarded(lock)]
    sent: usize,
    #[guarded(lock)]
    received: usize,
    #[condition(lock)]
    not_empty: Condition,
    #[condition(lock)]
    not_full: Condition,
}

impl Channel {
    fn new() -> Self {
        Channel {
            lock: Lock::new(ChannelLock { items: 0, sent: 0, received: 0 }),
            not_empty: Condition::shared(),
            not_full: Condition::shared(),
        }
    }

    async fn send(&self) {
        let state = self.lock.acquire().await;
        let mut state = state.wait_for(&self.not_full, |state| state.items < CAPACITY).await;
        state.items += 1;
        state.sent += 1;
        state.notify_one(&self.not_empty);
    }

    async fn receive(&self) {
        let state = self.lock.acquire().await;
        let take = |state: &mut ChannelLock| {
            state.items = state.items.checked_sub(1)?;
            state.received += 1;
            Some(())
        };
        let (state, ()) = state.wait_for_some(&self.not_empty, take).await;
        state.notify_one(&self.not_full);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Sender,
    Receiver,
}

/// Senders and receivers are polled, cancelled and barged at random. Once all woken tasks have been
/// polled, no task waits though the channel is ready for it: no notification is lost.
#[test]
fn no_waiter_is_stranded() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let channel = Channel::new();
        let mut tasks: Vec<(End, Polled<'_, ()>)> = Vec::new();
        let mut holding = None;
        for step in 0..400 {
            match dice.roll(12) {
                0..=3 if tasks.len() < 8 => {
                    let (end, mut task) = match dice.roll(2) {
                        0 => (End::Sender, Polled::new(channel.send())),
                        _ => (End::Receiver, Polled::new(channel.receive())),
                    };
                    if task.poll().is_pending() {
                        tasks.push((end, task));
                    }
                }
                4 | 5 if !tasks.is_empty() => {
                    let place = dice.roll(tasks.len());
                    tasks.swap_remove(place).1.cancel();
                }
                6 if !tasks.is_empty() => {
                    let place = dice.roll(tasks.len());
                    let task = &mut tasks[place].1;
                    let outcome = if dice.one_in(2) { task.poll() } else { task.poll_elsewhere() };
                    if outcome.is_ready() {
                        drop(tasks.swap_remove(place));
                    }
                }
                7 => holding = channel.lock.try_acquire(),
                8 => holding = None,
                9 => {
                    holding = None;
                    run_woken(&mut tasks, &mut dice, usize::MAX);
                    let state = channel.lock.try_acquire().expect("no woken task is left");
                    let is_there = |end| tasks.iter().any(|(other, _): &(End, _)| *other == end);
                    let stranded = state.items > 0 && is_there(End::Receiver)
                        || state.items < CAPACITY && is_there(End::Sender);
                    assert!(!stranded, "seed {seed}, step {step}: {} items", state.items);
                    assert_eq!(state.sent - state.received, state.items);
                }
                _ => run_woken(&mut tasks, &mut dice, 1),
            }
        }
        drop(holding);
        drop(tasks);
        assert_eq!(format!("{:?}", channel.lock), "Lock { locked: false, waiters: 0 }");
        let state = channel.lock.try_acquire().expect("all tasks are dropped");
        state.notify_all(&channel.not_empty);
        state.notify_all(&channel.not_full);
        drop(state);
        assert!(channel.lock.try_acquire().is_some());
    }
}

/// Polls woken tasks in any order, `most` at most.
fn run_woken(tasks: &mut Vec<(End, Polled<'_, ()>)>, dice: &mut Dice, mut most: usize) {
    while most > 0 {
        let is_woken = |place: &usize| tasks[*place].1.is_woken();
        let woken: Vec<_> = (0..tasks.len()).filter(is_woken).collect();
        if woken.is_empty() {
            return;
        }
        let place = woken[dice.roll(woken.len())];
        if tasks[place].1.poll().is_ready() {
            drop(tasks.swap_remove(place));
        }
        most -= 1;
    }
}
