//! Cancellation: what a waiter was given goes to the next.

use super::notify::forward;
use super::release::{WakeNotified, hand_off};
use super::{Monitor, Tag};
use crate::queue::{Link, Seat};

/// Takes a waiter out of wherever it stands. The lock, if it was granted that, is handed off, and a
/// notification of condition `side` goes to one who was waiting when it came.
#[inline(never)]
pub(crate) fn cancel<const N: usize>(mut seat: Seat<'_, Monitor<N>>, side: Option<usize>) {
    let queue = seat.queue();
    let mut me = seat.lock();
    let tag = Tag(me.tag());
    if me.link() == Link::Popped || tag.is_requeued() {
        let ticket = me.payload();
        me.shared().skip(ticket);
    }
    let is_granted = me.link() == Link::Linked && tag.holds_the_lock();
    let waker = me.remove();
    let mut locked = me.into_locked();
    let mut heir = None;
    if let Some(side) = side.filter(|_| tag.forwards()) {
        // While the lock is free nobody else is going to wake the heir.
        let needs_waking = forward(&mut locked, side) && !locked.flag();
        heir = needs_waking.then(|| WakeNotified { queue });
    }
    if is_granted {
        hand_off(locked);
    } else {
        drop(locked);
    }
    drop(heir);
    drop(waker);
}
