//! What a monitor keeps, and what a waiter's tag says.

use crate::queue::takeover::Rounds;
use crate::queue::{Entry, Protocol};

/// What a monitor keeps for its conditions.
///
/// A lock without conditions keeps nothing and is one word. So the counters that exist once per lock
/// stand in the state of the first condition.
pub(crate) struct Conditions<const N: usize>(pub(super) [ConditionState; N]);

#[derive(Clone, Copy)]
pub(super) struct ConditionState {
    /// How many times all were notified; of a declared condition, which never notifies all, how many
    /// places were handed out.
    epoch: u32,
    /// Of the first condition, for the whole lock: the last ticket that was handed out.
    pub(super) last_woken: u32,
    /// Likewise: the highest ticket of those that had the lock since they were woken.
    pub(super) last_served: u32,
}

/// What a waiter's tag says.
///
/// ```text
/// | bits 5..: rounds of take-over | bit 4: REQUEUED | bit 3: FORWARDS | bits 0..3: the kind |
/// ```
#[derive(Clone, Copy)]
pub(super) struct Tag(pub(super) u16);

/// Where a waiter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Kind {
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
    pub(super) const fn new() -> Self {
        Self([ConditionState { epoch: 0, last_woken: 0, last_served: 0 }; N])
    }

    pub(super) fn epoch(&self, side: usize) -> u32 {
        self.0[side].epoch
    }

    pub(super) fn next_epoch(&mut self, side: usize) {
        let epoch = &mut self.0[side].epoch;
        *epoch = epoch.wrapping_add(1);
    }

    /// A place at the end of those who wait for a declared condition.
    pub(super) fn next_place(&mut self, side: usize) -> u32 {
        self.next_epoch(side);
        self.epoch(side)
    }
}

// === impl Tag ===

impl Tag {
    pub(super) const KIND: u16 = 0b111;
    /// Others were still waiting for its condition when it was notified: if it is cancelled, one of
    /// them inherits the notification.
    pub(super) const FORWARDS: u16 = 0b1000;
    /// Queued after having been Woken: it stands at the front, in the order of tickets.
    pub(super) const REQUEUED: u16 = 0b1_0000;
    pub(super) const ROUNDS_SHIFT: u32 = 5;

    pub(super) fn notified(forwards: bool) -> Self {
        Self(Kind::Notified as u16 | if forwards { Self::FORWARDS } else { 0 })
    }

    pub(super) fn of(entry: Entry<'_, impl Protocol>) -> Self {
        Self(entry.tag())
    }

    #[inline]
    pub(super) fn is(self, kind: Kind) -> bool {
        self.0 & Self::KIND == kind as u16
    }

    #[inline]
    pub(super) fn holds_the_lock(self) -> bool {
        self.is(Kind::Granted) || self.is(Kind::Reserved)
    }

    pub(super) fn forwards(self) -> bool {
        self.0 & Self::FORWARDS != 0
    }

    pub(super) fn is_requeued(self) -> bool {
        self.0 & Self::REQUEUED != 0
    }

    pub(super) fn rounds(self) -> Rounds {
        Rounds::of_tag(self.0, Self::ROUNDS_SHIFT)
    }

    /// The same with another kind and no rounds.
    #[inline]
    pub(super) fn with(self, kind: Kind) -> Self {
        Self(kind as u16 | self.0 & (Self::FORWARDS | Self::REQUEUED))
    }

    pub(super) fn requeued(self) -> Self {
        self.with_requeued(true)
    }

    pub(super) fn with_requeued(self, requeued: bool) -> Self {
        Self(self.0 & !Self::REQUEUED | if requeued { Self::REQUEUED } else { 0 })
    }

    pub(super) fn with_rounds(self, rounds: Rounds) -> Self {
        Self(self.0 & !(u16::MAX << Self::ROUNDS_SHIFT) | rounds.to_tag(Self::ROUNDS_SHIFT))
    }
}
