//! [`Turn`], the proof that the lock is held, and all the ways to come by one.

use core::mem;
use core::ptr;

use super::{FREE, HELD, Kind, Monitor, Tag};
use crate::queue::{Locked, LockedSeat, WaitQueue};
use crate::sync::atomic::Ordering;

/// Proof that its holder, and nobody else, holds the lock. Dropping it releases the lock.
///
/// There is one at most for each time that the flag is set, and each way to make one is here.
#[must_use = "dropped, it releases the lock"]
pub(crate) struct Turn<'q, const N: usize> {
    pub(super) queue: &'q WaitQueue<Monitor<N>>,
}

impl<'q, const N: usize> Turn<'q, N> {
    /// Takes a lock that is free and that nobody waits for.
    #[inline]
    pub(super) fn take_idle(queue: &'q WaitQueue<Monitor<N>>) -> Option<Self> {
        queue.exchange(FREE, HELD, Ordering::Acquire).then(|| Self { queue })
    }

    /// Takes a lock that is free, past those who were notified.
    #[inline(never)]
    pub(super) fn barge(queue: &'q WaitQueue<Monitor<N>>) -> Option<Self> {
        let take = |word: crate::queue::Word| (!word.flag()).then(|| word.with_flag(true));
        queue.update(Ordering::Acquire, take).is_ok().then(|| Self { queue })
    }

    /// Takes a lock that is free.
    #[inline]
    pub(crate) fn try_take(queue: &'q WaitQueue<Monitor<N>>) -> Option<Self> {
        Self::take_idle(queue).or_else(|| Self::barge(queue))
    }

    /// Takes a lock that is free, as seen under the internal lock.
    #[inline]
    pub(super) fn take_locked(me: &mut LockedSeat<'q, Monitor<N>>) -> Option<Self> {
        if me.flag() {
            return None;
        }
        me.set_flag(true);
        Some(Self { queue: me.queue() })
    }

    /// Collects the lock that `me` was granted, and leaves the list.
    #[inline]
    pub(super) fn collect(me: &mut LockedSeat<'q, Monitor<N>>) -> Option<Self> {
        me.remove_if_told(Tag::KIND, Kind::Granted as u16).then(|| Self { queue: me.queue() })
    }

    /// Takes over the lock that was granted to another, which is queued instead.
    pub(super) fn take_over(me: &LockedSeat<'q, Monitor<N>>) -> Self {
        debug_assert!(me.flag(), "nothing to take over");
        Self { queue: me.queue() }
    }

    /// Keeps a lock that is being released.
    pub(super) fn keep(locked: &Locked<'q, Monitor<N>>) -> Self {
        debug_assert!(locked.flag(), "nothing to keep");
        Self { queue: locked.queue() }
    }

    /// The turn of a guard that was made of one.
    ///
    /// # Safety
    ///
    /// The caller made a guard of a turn of this lock, by [`into_held`](Self::into_held), and makes
    /// no other use of it any more.
    #[inline]
    #[expect(unsafe_code, reason = "what guards are made of and turn into again")]
    pub(crate) unsafe fn of_guard(queue: &'q WaitQueue<Monitor<N>>) -> Self {
        Self { queue }
    }

    /// Leaves the lock held, for a guard of the lock that has this queue.
    ///
    /// # Panics
    ///
    /// Panics if it is another's.
    #[inline]
    pub(crate) fn into_held(self, queue: &WaitQueue<Monitor<N>>) {
        assert!(self.is_of(queue), "the turn is another lock's");
        mem::forget(self);
    }

    #[inline]
    pub(super) fn is_of(&self, queue: &WaitQueue<Monitor<N>>) -> bool {
        ptr::eq(self.queue, queue)
    }
}
