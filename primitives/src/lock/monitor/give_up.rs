//! Giving up a wait for a condition: a waiter that was not notified queues for the lock anew.

use super::{Kind, Monitor, Tag, is_waiting};
use crate::queue::{Link, Seat};

/// Takes a waiter that is still Waiting, or Parked, for condition `side` out of its list. Returns whether
/// it was. From then on it is new to the lock, and [`poll_notified`](super::poll_notified) acquires it.
///
/// A waiter that was notified keeps its place and its notification.
#[inline]
pub(crate) fn give_up<const N: usize>(seat: Seat<'_, Monitor<N>>, side: usize) -> bool {
    let tag = Tag(seat.tag());
    let may_wait = tag.is(Kind::Waiting) || tag.is(Kind::Parked);
    seat.link() == Link::Linked && may_wait && leave(seat, side)
}

#[inline(never)]
fn leave<const N: usize>(mut seat: Seat<'_, Monitor<N>>, side: usize) -> bool {
    let mut me = seat.lock();
    // It may just have been notified: the tag says so, or after a `notify_all` the epoch.
    if !is_waiting(&mut me, side) {
        return false;
    }
    let waker = me.remove();
    drop(me);
    drop(waker);
    true
}
