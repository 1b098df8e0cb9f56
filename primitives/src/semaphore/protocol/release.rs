//! Releasing permits to those who wait, and what those had who are cancelled.

use core::task::Waker;

use super::ledger::pay;
use super::{Claim, GRANTED, GRANTED_LIST, Permits};
use crate::queue::{List, Locked, Seat, WaitQueue, WakeList};

/// Permits on their way to those who wait. Dropping it releases them: also when a waker, or the drop
/// of one, panics first.
pub(super) struct PendingRelease<'a> {
    pub(super) queue: &'a WaitQueue<Permits>,
    pub(super) permits: usize,
}

impl PendingRelease<'_> {
    /// Grants to as many at a time as one list of wakers can hold, and wakes them.
    pub(super) fn run(&mut self) {
        while self.permits > 0 {
            let mut wakers = WakeList::new();
            let mut locked = self.queue.lock();
            self.permits = assign_permits(&mut locked, self.permits, &mut wakers);
            // Unlocked before the wakers are dropped, and so woken.
            drop(locked);
        }
    }
}

impl Drop for PendingRelease<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

/// Releases permits to those who wait, or to the free ones if nobody does.
#[inline(never)]
pub(in crate::semaphore) fn release_permits(queue: &WaitQueue<Permits>, permits: usize) {
    // Most often they are just what the first waiter misses.
    if let Some(mut locked) = queue.try_lock() {
        let is_plain = !locked.flag();
        if is_plain
            && locked.front(List::Main).is_some_and(|first| first.payload().missing == permits)
        {
            let waker = grant_first(&mut locked);
            drop(locked);
            if let Some(waker) = waker {
                waker.wake();
            }
            return;
        }
    }
    PendingRelease { queue, permits }.run();
}

/// Grants the first waiter all it wants.
#[inline]
fn grant_first(locked: &mut Locked<'_, Permits>) -> Option<Waker> {
    let first = locked.move_front(List::Main, GRANTED_LIST)?;
    first.set_payload(Claim { missing: 0, ..first.payload() });
    first.tell(|_| GRANTED)
}

/// Assigns permits to what is owed, to those who wait, then to the free ones. Returns those left when
/// there is no room for another waker.
fn assign_permits(
    locked: &mut Locked<'_, Permits>,
    permits: usize,
    wakers: &mut WakeList,
) -> usize {
    let mut permits = pay(locked, permits);
    while permits > 0 {
        let Some(first) = locked.front(List::Main) else {
            // No overflow: all of them count among the semaphore's, of which there are `MAX_COUNT`
            // at most.
            locked.set_count(locked.count() + permits);
            return 0;
        };
        let claim = first.payload();
        if claim.missing > permits {
            first.set_payload(Claim { missing: claim.missing - permits, ..claim });
            return 0;
        }
        if wakers.is_full() {
            return permits;
        }
        permits -= claim.missing;
        wakers.push(grant_first(locked));
    }
    0
}

/// Takes a waiter out of wherever it stands. What it had been granted, in part or in full, goes to
/// the next.
#[inline(never)]
pub(in crate::semaphore) fn cancel(mut seat: Seat<'_, Permits>) {
    let queue = seat.queue();
    let mut me = seat.lock();
    let claim = me.payload();
    let waker = me.remove();
    drop(me);
    let released = PendingRelease { queue, permits: claim.wanted - claim.missing };
    drop(waker);
    drop(released);
}
