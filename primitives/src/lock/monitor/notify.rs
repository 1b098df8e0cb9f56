//! Waiting for a condition, and notifying those who do.

use core::task::{Context, Poll, Waker};

use super::release::hand_off;
use super::{Kind, Monitor, Tag, Turn, is_waiting, poll_reacquire};
use crate::queue::{Link, List, Locked, Seat, WaitQueue};

/// Releases the lock and waits for condition `side`, in one step: no notification falls in between.
///
/// # Panics
///
/// Panics if the turn is another lock's.
#[inline(never)]
pub(crate) fn wait<const N: usize>(
    mut seat: Seat<'_, Monitor<N>>,
    turn: Turn<'_, N>,
    side: usize,
    waker: Waker,
) {
    turn.into_held(seat.queue());
    let mut me = seat.lock();
    let epoch = me.shared().epoch(side);
    me.set_payload(epoch);
    me.enqueue(List::Side(side), Kind::Waiting as u16, waker);
    hand_off(me.into_locked());
}

/// Polls one who waits for condition `side`: for a notification, then for the lock.
#[inline]
pub(crate) fn poll_notified<'s, const N: usize>(
    seat: Seat<'s, Monitor<N>>,
    side: usize,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    // Once it is not Waiting it never is again. One that is may have been notified with all others,
    // which only the epoch tells.
    let tag = Tag(seat.tag());
    if seat.link() == Link::Linked && (tag.is(Kind::Waiting) || tag.is(Kind::Parked)) {
        return poll_waiting(seat, side, cx);
    }
    poll_reacquire(seat, cx)
}

#[inline(never)]
fn poll_waiting<'s, const N: usize>(
    mut seat: Seat<'s, Monitor<N>>,
    side: usize,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    let mut me = seat.lock();
    let has_waker = me.entry().is_some_and(|entry| entry.will_wake(cx.waker()));
    if !has_waker && is_waiting(&mut me, side) {
        // Cloned without the internal lock: it may be notified meanwhile.
        drop(me);
        let waker = cx.waker().clone();
        me = seat.lock();
        if is_waiting(&mut me, side) {
            let old = me.entry().and_then(|entry| entry.set_waker(waker));
            drop(me);
            drop(old);
            return Poll::Pending;
        }
        drop(me);
        drop(waker);
        return poll_reacquire(seat, cx);
    }
    let waits = is_waiting(&mut me, side);
    drop(me);
    if waits { Poll::Pending } else { poll_reacquire(seat, cx) }
}

/// Notifies the `count` longest waiting for condition `side`. The caller holds the lock.
#[inline]
pub(crate) fn notify<const N: usize>(queue: &WaitQueue<Monitor<N>>, side: usize, count: usize) {
    // Only a holder adds to a side list, so one that looks empty is.
    if count != 0 && queue.has_side(side) {
        notify_waiters(queue, side, count);
    }
}

#[inline(never)]
fn notify_waiters<const N: usize>(queue: &WaitQueue<Monitor<N>>, side: usize, count: usize) {
    let mut locked = queue.lock();
    let notified = Tag::notified(more_than(&locked, side, count));
    for _ in 0..count {
        let Some(entry) = locked.move_front(List::Side(side), List::Main) else {
            break;
        };
        entry.set_tag(notified.0);
    }
}

/// Notifies all who wait for condition `side`. The caller holds the lock.
pub(crate) fn notify_all<const N: usize>(queue: &WaitQueue<Monitor<N>>, side: usize) {
    if queue.has_side(side) {
        let mut locked = queue.lock();
        locked.shared().next_epoch(side);
        locked.move_all(List::Side(side), List::Main);
    }
}

/// Passes the notification of a waiter that is cancelled on to the longest waiting. Returns whether
/// there was one.
pub(super) fn forward<const N: usize>(locked: &mut Locked<'_, Monitor<N>>, side: usize) -> bool {
    let notified = Tag::notified(more_than(locked, side, 1));
    locked.move_front(List::Side(side), List::Main).is_some_and(|entry| {
        entry.set_tag(notified.0);
        true
    })
}

/// Whether more than `count` wait for condition `side`.
fn more_than<const N: usize>(locked: &Locked<'_, Monitor<N>>, side: usize, count: usize) -> bool {
    let mut seen = 0;
    locked
        .find(List::Side(side), |_| {
            seen += 1;
            seen > count
        })
        .is_some()
}
