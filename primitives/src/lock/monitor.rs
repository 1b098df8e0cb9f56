//! The protocol of a lock and its conditions. It knows nothing of the data.
//!
//! The queue's flag says that the lock is held, and a [`Turn`] is the proof of whoever holds it.
//! The main list holds those who want the lock, side list `c` those who wait for condition `c`.
//! Each step has a file: [`turn`] (coming to hold the lock), [`acquire`], [`release`], [`notify`]
//! (waiting for a condition, too), [`park`] (waiting for a declared one), [`give_up`] and [`cancel`];
//! [`state`] says where a waiter stands, and [`order`] in which order the Woken acquire the lock.
//!
//! ```text
//!            acquire                      wait
//!               │                           │
//!               │                           ▼
//!               │      give up       ┌─────────────┐
//!               │ ◄───────────────── │   Waiting   │ side list (Parked, if it is declared)
//!               │                    └─────────────┘
//!               │                           │ notify: to the end of the main list
//!               │                           ▼
//!               │    polled, taken   ┌─────────────┐
//!               │  ┌──────────────── │  Notified   │ main list
//!               │  │                 └─────────────┘
//!               │  │                        │ release: woken, with all the notified before the
//!               │  │                        ▼          first Queued
//!               ▼  ▼  polled, taken  ┌─────────────┐
//!         ┌──────────┐ ◄──────────── │    Woken    │ no list
//!         │  Queued  │               └─────────────┘
//!         └──────────┘                      │ polled, free
//!    release │    ▲                         ▼
//!            ▼    │ taken over        holds the lock
//!         ┌──────────┐                      ▲
//!         │ Granted  │ ─────────────────────┘
//!         └──────────┘  polled
//! ```
//!
//! (A Notified waiter that is polled while the lock is free takes it, too: a release that wakes more
//! than a batch leaves it in the list, and the lock free, in between, unless somebody is Queued.)
//!
//! - A release looks at the head of the main list. Queued: the lock is granted to it, so nobody can
//!   barge. Notified: all of them up to the first Queued are woken, which is then granted the lock;
//!   without one the lock is free, for whoever comes first. So a notified waiter may be barged until
//!   it has run once, and one whose task is busy holds up nobody.
//! - Woken waiters get the lock in the order in which they were woken, whatever the scheduler does
//!   with the woken tasks. For one that is polled before another that was woken earlier a free lock is
//!   only *reserved*, until its next poll, which it wakes itself for; the earlier one, if it runs by
//!   then, takes the lock from it, and it is Queued. So an earlier task that is busy, or an abandoned
//!   future, costs one more poll.
//! - A Woken waiter that finds the lock taken queues in the place that it had: before all who were
//!   behind it, and in order among the Woken, whose tickets are handed out when they are woken.
//! - A Granted waiter stays at the head of the main list until its future is polled, unless
//!   another future of its task takes its grant over (see [`takeover`](crate::queue::takeover)).
//! - A waiter whose limit has elapsed gives up: if it is still Waiting it leaves its list and acquires
//!   the lock anew, at the end of the queue. If it was notified it stays where it is, so no
//!   notification is lost.
//! - A declared condition is signalled by [`notify`](notify()), for each that is true just before a
//!   release, so all of this holds for it. Whoever waits for one is Parked instead of Waiting: in the
//!   order of places, which one keeps that was woken and finds the condition false again.
//! - `notify_all` moves a side list in O(1) and touches no waiter. One that is still Waiting by its
//!   tag knows that it was notified by the condition's epoch, which has moved on since it queued.
//!
//! **Invariant**: while the lock is free nobody Queued or Granted is in the main list, and if anybody
//! Notified is, a thread is on its way to wake it. No wake-up depends on a task.

mod acquire;
mod cancel;
mod give_up;
mod notify;
mod order;
mod park;
mod release;
mod state;
mod turn;

pub(crate) use self::acquire::{poll_acquire, poll_reacquire};
pub(crate) use self::cancel::cancel;
pub(crate) use self::give_up::give_up;
pub(crate) use self::notify::{notify, notify_all, poll_notified, wait};
use self::order::is_before;
pub(crate) use self::park::park;
pub(crate) use self::state::Conditions;
use self::state::{Kind, Tag};
pub(crate) use self::turn::Turn;
use crate::queue::{self, Head, List, LockedSeat, Protocol, WaitQueue, Word};

/// The protocol of a lock with `N` conditions.
pub(crate) enum Monitor<const N: usize> {}

impl<const N: usize> Protocol for Monitor<N> {
    /// The epoch of its condition while Waiting, its place while Parked; its ticket from when it is
    /// Woken.
    type Payload = u32;
    type Shared = Conditions<N>;
    type SideLists = [Head<u32>; N];
}

const FREE: Word = Word::idle(false, 0);
const HELD: Word = Word::idle(true, 0);

// === snapshots for `Debug` ===

crate::sync::const_fn! {
    pub(crate) const fn new_queue<const N: usize>() -> WaitQueue<Monitor<N>> {
        WaitQueue::new(FREE, Conditions::new(), queue::side_lists())
    }
}

/// Whether the lock is held, and how many wait for it.
pub(crate) fn holder_and_waiters<const N: usize>(queue: &WaitQueue<Monitor<N>>) -> (bool, usize) {
    let locked = queue.lock();
    let mut waiters = 0;
    locked.for_each(List::Main, |entry| {
        waiters += usize::from(!Tag::of(entry).holds_the_lock());
    });
    (locked.flag(), waiters)
}

/// How many wait for a condition.
pub(crate) fn waiting_for<const N: usize>(queue: &WaitQueue<Monitor<N>>, side: usize) -> usize {
    let mut waiting = 0;
    queue.lock().for_each(List::Side(side), |_| waiting += 1);
    waiting
}

/// Whether a waiter in a list still waits to be notified.
fn is_waiting<const N: usize>(me: &mut LockedSeat<'_, Monitor<N>>, side: usize) -> bool {
    let tag = Tag(me.tag());
    tag.is(Kind::Parked) || tag.is(Kind::Waiting) && me.payload() == me.shared().epoch(side)
}
