//! Releasing: the lock is handed to the first Queued, or left free for those who are woken.

use core::task::Waker;

use super::{FREE, HELD, Kind, Monitor, Tag, Turn};
use crate::queue::{List, Locked, WaitQueue, WakeList, WakeOnDrop};
use crate::sync::atomic::Ordering;

impl<const N: usize> Drop for Turn<'_, N> {
    #[inline]
    fn drop(&mut self) {
        let queue = self.queue;
        if queue.word() != HELD || !queue.exchange(HELD, FREE, Ordering::Release) {
            release_contended(queue);
        }
    }
}

#[inline(never)]
fn release_contended<const N: usize>(queue: &WaitQueue<Monitor<N>>) {
    match queue.try_lock() {
        Some(locked) => hand_off(locked),
        None => release_locked(queue),
    }
}

#[cold]
fn release_locked<const N: usize>(queue: &WaitQueue<Monitor<N>>) {
    hand_off(queue.lock());
}

/// Grants the held lock to the first in the main list, or leaves it free.
#[inline]
pub(super) fn hand_off<const N: usize>(mut locked: Locked<'_, Monitor<N>>) {
    debug_assert!(locked.flag(), "released without being held");
    let Some(first) = locked.front(List::Main) else {
        return locked.set_flag(false);
    };
    if !Tag::of(first).is(Kind::Queued) {
        return hand_off_past_notified(locked);
    }
    let waker = grant_first(&mut locked);
    drop(locked);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// [`hand_off`] where the first in the main list is Notified.
#[inline(never)]
fn hand_off_past_notified<const N: usize>(mut locked: Locked<'_, Monitor<N>>) {
    let queue = locked.queue();
    loop {
        let mut woken = WakeList::new();
        pop_notified(&mut locked, &mut woken);
        let mut granted = WakeOnDrop(None);
        let (mut kept, mut rest) = (None, None);
        if locked.front(List::Main).is_some_and(|first| Tag::of(first).is(Kind::Queued)) {
            granted.0 = grant_first(&mut locked);
        } else if locked.find(List::Main, |entry| Tag::of(entry).is(Kind::Queued)).is_some() {
            // More are notified than are woken at once, and nobody barges the one behind them.
            kept = Some(Turn::keep(&locked));
        } else {
            rest = (!locked.is_empty(List::Main)).then(|| WakeNotified { queue });
            locked.set_flag(false);
        }
        drop(locked);
        // In this order, and if one panics the others all the same.
        woken.wake();
        drop(granted);
        drop(rest);
        let Some(turn) = kept else { return };
        turn.into_held(queue);
        locked = queue.lock();
    }
}

/// Dropping it wakes all the notified at the head of the main list, a batch at a time, while the
/// lock is free. Whoever has taken it meanwhile does that by its own release.
pub(super) struct WakeNotified<'q, const N: usize> {
    pub(super) queue: &'q WaitQueue<Monitor<N>>,
}

impl<const N: usize> Drop for WakeNotified<'_, N> {
    fn drop(&mut self) {
        loop {
            let mut woken = WakeList::new();
            let mut locked = self.queue.lock();
            if locked.flag() {
                return;
            }
            pop_notified(&mut locked, &mut woken);
            // Free, so nobody Queued is in the list.
            let is_done = locked.is_empty(List::Main);
            drop(locked);
            // A waker that panics leaves the rest to another of these.
            let rest = (!is_done).then(|| WakeNotified { queue: self.queue });
            woken.wake();
            core::mem::forget(rest);
            if is_done {
                return;
            }
        }
    }
}

/// Takes the notified out of the front of the main list, up to the first Queued and as many as there
/// is room for in `woken`, and gives each a ticket.
fn pop_notified<const N: usize>(locked: &mut Locked<'_, Monitor<N>>, woken: &mut WakeList) {
    while !woken.is_full() {
        let Some(first) = locked.front(List::Main) else { return };
        let tag = Tag::of(first);
        debug_assert!(!tag.holds_the_lock(), "two hold the lock");
        if tag.is(Kind::Queued) {
            return;
        }
        let woken_tag = tag.with(Kind::Woken);
        let ticket = locked.shared().next_ticket();
        if let Some(first) = locked.front(List::Main) {
            first.set_tag(woken_tag.0);
            first.set_payload(ticket);
        }
        woken.push(locked.pop_front(List::Main));
    }
}

/// Grants the lock to the first in the main list, which is Queued.
#[inline]
fn grant_first<const N: usize>(locked: &mut Locked<'_, Monitor<N>>) -> Option<Waker> {
    let first = locked.front(List::Main)?;
    if Tag::of(first).is_requeued() {
        return grant_requeued(locked);
    }
    first.tell(|tag| Tag(tag).with(Kind::Granted).0)
}

/// Grants the lock to the first in the main list, which was Woken before; or reserves it, if others
/// were woken earlier and have not run yet.
#[inline(never)]
fn grant_requeued<const N: usize>(locked: &mut Locked<'_, Monitor<N>>) -> Option<Waker> {
    let ticket = locked.front(List::Main)?.payload();
    let kind = if locked.shared().is_out_of_order(ticket) {
        Kind::Reserved
    } else {
        locked.shared().serve(ticket);
        Kind::Granted
    };
    locked.front(List::Main)?.tell(|tag| Tag(tag).with(kind).0)
}
