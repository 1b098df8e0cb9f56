//! The protocol of a lock and its conditions. It knows nothing of the data.
//!
//! The queue's flag says that the lock is held, and a [`Turn`] is the proof of whoever holds it.
//! The main list holds those who want the lock, side list `c` those who wait for condition `c`.
//! Each step has a file: [`turn`] (coming to hold the lock), [`acquire`], [`release`], [`notify`]
//! (waiting for a condition, too), [`give_up`] and [`cancel`].
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
//!   the lock as a newcomer. If it was notified it keeps its place, so no notification is lost.
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
mod park;
mod release;
mod turn;

pub(crate) use self::acquire::{poll_acquire, poll_reacquire};
pub(crate) use self::cancel::cancel;
pub(crate) use self::give_up::give_up;
pub(crate) use self::notify::{notify, notify_all, poll_notified, wait};
pub(crate) use self::park::park;
pub(crate) use self::turn::Turn;
use crate::queue::takeover::Rounds;
use crate::queue::{self, Entry, Head, List, LockedSeat, Protocol, WaitQueue, Word};

/// The protocol of a lock with `N` conditions.
pub(crate) enum Monitor<const N: usize> {}

impl<const N: usize> Protocol for Monitor<N> {
    /// The epoch of its condition while Waiting, its place while Parked; its ticket from when it is
    /// Woken.
    type Payload = u32;
    type Shared = Conditions<N>;
    type SideLists = [Head<u32>; N];
}

/// What a monitor keeps for its conditions.
///
/// A lock without conditions keeps nothing and is one word. So the counters that exist once per lock
/// stand in the state of the first condition.
pub(crate) struct Conditions<const N: usize>([ConditionState; N]);

#[derive(Clone, Copy)]
struct ConditionState {
    /// How many times all were notified; of a declared condition, which never notifies all, how many
    /// places were handed out.
    epoch: u32,
    /// Of the first condition, for the whole lock: the last ticket that was handed out.
    last_woken: u32,
    /// Likewise: the highest ticket of those that had the lock since they were woken.
    last_served: u32,
}

const FREE: Word = Word::idle(false, 0);
const HELD: Word = Word::idle(true, 0);

/// What a waiter's tag says.
///
/// ```text
/// | bits 5..: rounds of take-over | bit 4: REQUEUED | bit 3: FORWARDS | bits 0..3: the kind |
/// ```
#[derive(Clone, Copy)]
struct Tag(u16);

/// Where a waiter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
enum Kind {
    /// In its condition's list; or, if the condition's epoch has moved on, Notified by `notify_all`.
    Waiting = 1,
    /// In the main list, asleep: the lock has been held ever since, or a thread is on its way to
    /// wake it.
    Notified = 2,
    /// In the main list; the lock is held. It is granted the lock in turn and never barged.
    Queued = 3,
    /// At the head of the main list, holds the lock, and was woken to collect it. The flag is set.
    Granted = 4,
    /// In no list, and woken: it takes the lock if that is free when it runs, and else queues.
    Woken = 5,
    /// At the head of the main list, and its task was woken. The flag is set: the lock is its own at
    /// its next poll, unless one that was Woken earlier runs first, and takes it.
    Reserved = 6,
    /// In the list of its condition, which is declared. The payload is its place there.
    Parked = 7,
}

// === impl Conditions ===

impl<const N: usize> Conditions<N> {
    fn epoch(&self, side: usize) -> u32 {
        self.0[side].epoch
    }

    fn next_epoch(&mut self, side: usize) {
        let epoch = &mut self.0[side].epoch;
        *epoch = epoch.wrapping_add(1);
    }

    /// A place at the end of those who wait for a declared condition.
    fn next_place(&mut self, side: usize) -> u32 {
        self.next_epoch(side);
        self.epoch(side)
    }

    fn next_ticket(&mut self) -> u32 {
        // Only those who waited for a condition are woken, so there is one.
        let ticket = &mut self.0[0].last_woken;
        *ticket = ticket.wrapping_add(1);
        *ticket
    }

    /// Whether one with this ticket was woken after another that has not had the lock yet.
    fn is_out_of_order(&self, ticket: u32) -> bool {
        is_before(self.0[0].last_served.wrapping_add(1), ticket)
    }

    /// One with this ticket has the lock. Those before it have had their chance.
    fn serve(&mut self, ticket: u32) {
        let last_served = &mut self.0[0].last_served;
        if is_before(*last_served, ticket) {
            *last_served = ticket;
        }
    }

    /// One with this ticket is cancelled. Nobody has to let it go first.
    fn skip(&mut self, ticket: u32) {
        if !self.is_out_of_order(ticket) {
            self.serve(ticket);
        }
    }
}

/// The order of tickets, or of places, which wrap around: less than half of all lie in between.
fn is_before(ticket: u32, other: u32) -> bool {
    ticket.wrapping_sub(other) > u32::MAX / 2
}

// === impl Tag ===

impl Tag {
    const KIND: u16 = 0b111;
    /// Others were still waiting for its condition when it was notified: if it is cancelled, one of
    /// them inherits the notification.
    const FORWARDS: u16 = 0b1000;
    /// Queued after having been Woken: it stands at the front, in the order of tickets.
    const REQUEUED: u16 = 0b1_0000;
    const ROUNDS_SHIFT: u32 = 5;

    fn notified(forwards: bool) -> Self {
        Self(Kind::Notified as u16 | if forwards { Self::FORWARDS } else { 0 })
    }

    fn of(entry: Entry<'_, impl Protocol>) -> Self {
        Self(entry.tag())
    }

    #[inline]
    fn is(self, kind: Kind) -> bool {
        self.0 & Self::KIND == kind as u16
    }

    #[inline]
    fn holds_the_lock(self) -> bool {
        self.is(Kind::Granted) || self.is(Kind::Reserved)
    }

    fn forwards(self) -> bool {
        self.0 & Self::FORWARDS != 0
    }

    fn is_requeued(self) -> bool {
        self.0 & Self::REQUEUED != 0
    }

    fn rounds(self) -> Rounds {
        Rounds::of_tag(self.0, Self::ROUNDS_SHIFT)
    }

    /// The same with another kind and no rounds.
    #[inline]
    fn with(self, kind: Kind) -> Self {
        Self(kind as u16 | self.0 & (Self::FORWARDS | Self::REQUEUED))
    }

    fn requeued(self) -> Self {
        self.with_requeued(true)
    }

    fn with_requeued(self, requeued: bool) -> Self {
        Self(self.0 & !Self::REQUEUED | if requeued { Self::REQUEUED } else { 0 })
    }

    fn with_rounds(self, rounds: Rounds) -> Self {
        Self(self.0 & !(u16::MAX << Self::ROUNDS_SHIFT) | rounds.to_tag(Self::ROUNDS_SHIFT))
    }
}

// === snapshots for `Debug` ===

crate::sync::const_fn! {
    pub(crate) const fn new_queue<const N: usize>() -> WaitQueue<Monitor<N>> {
        let conditions = Conditions([ConditionState { epoch: 0, last_woken: 0, last_served: 0 }; N]);
        WaitQueue::new(FREE, conditions, queue::side_lists())
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
