//! Giving up a wait for a condition: who was not notified acquires the lock like anybody else.

use super::{Kind, Monitor, Tag, is_waiting};
use crate::queue::{Link, Seat};

/// Takes a waiter that is still Waiting for condition `side` out of its list, and returns whether it
/// was. From then on it is new to the lock, and [`poll_notified`](super::poll_notified) acquires that.
///
/// One that has been notified stays where it is: the lock is on its way to it, and what it was notified
/// of is its own.
#[inline]
pub(crate) fn give_up<const N: usize>(seat: Seat<'_, Monitor<N>>, side: usize) -> bool {
    seat.link() == Link::Linked && Tag(seat.tag()).is(Kind::Waiting) && leave(seat, side)
}

#[inline(never)]
fn leave<const N: usize>(mut seat: Seat<'_, Monitor<N>>, side: usize) -> bool {
    let mut me = seat.lock();
    // A notifier may have come first: the tag says so, or after a `notify_all` the epoch.
    if !is_waiting(&mut me, side) {
        return false;
    }
    let waker = me.remove();
    drop(me);
    drop(waker);
    true
}
