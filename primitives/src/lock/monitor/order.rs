//! The order among the Woken: each gets a ticket when it is woken, and acquires the lock in the order of
//! tickets, or queues again in that order.

use super::{Kind, Monitor, Tag, Turn};
use crate::lock::monitor::Conditions;
use crate::queue::{Entry, List, LockedSeat, Seat};

impl<const N: usize> Conditions<N> {
    pub(super) fn next_ticket(&mut self) -> u32 {
        // Only those who waited for a condition are woken, so there is one.
        let ticket = &mut self.0[0].last_woken;
        *ticket = ticket.wrapping_add(1);
        *ticket
    }

    /// Whether one with this ticket was woken after another that has not had the lock yet.
    pub(super) fn is_out_of_order(&self, ticket: u32) -> bool {
        is_before(self.0[0].last_served.wrapping_add(1), ticket)
    }

    /// One with this ticket has the lock. Those before it have had their chance.
    pub(super) fn serve(&mut self, ticket: u32) {
        let last_served = &mut self.0[0].last_served;
        if is_before(*last_served, ticket) {
            *last_served = ticket;
        }
    }

    /// One with this ticket is cancelled. Nobody has to let it go first.
    pub(super) fn skip(&mut self, ticket: u32) {
        if !self.is_out_of_order(ticket) {
            self.serve(ticket);
        }
    }
}

/// The order of tickets, or of places, which wrap around: less than half of all lie in between.
pub(super) fn is_before(ticket: u32, other: u32) -> bool {
    ticket.wrapping_sub(other) > u32::MAX / 2
}

/// Takes a free lock for a Woken waiter. None if the lock is held, or if it is to be reserved only.
pub(super) fn take_woken<'s, const N: usize>(
    seat: &mut Seat<'s, Monitor<N>>,
) -> Option<Turn<'s, N>> {
    let mut me = seat.lock();
    let ticket = me.payload();
    if me.flag() || me.shared().is_out_of_order(ticket) {
        return None;
    }
    me.shared().serve(ticket);
    let turn = Turn::take_locked(&mut me);
    let mine = me.remove();
    debug_assert!(mine.is_none(), "its waker was taken when it was woken");
    turn
}

/// Whether the lock is to be reserved for the Woken waiter `me`: it is free, or reserved for one that
/// was woken later, and another that was woken earlier has not run yet.
pub(super) fn reserve_is_due<const N: usize>(me: &mut LockedSeat<'_, Monitor<N>>) -> bool {
    let ticket = me.payload();
    if !me.shared().is_out_of_order(ticket) {
        return false;
    }
    if me.flag() {
        return queue_reserved(me, ticket);
    }
    true
}

/// Takes a lock that is reserved for one that was woken later than `me`, which is Woken.
pub(super) fn take_reserved<'s, const N: usize>(
    me: &mut LockedSeat<'s, Monitor<N>>,
) -> Option<Turn<'s, N>> {
    let ticket = me.payload();
    queue_reserved(me, ticket).then(|| Turn::take_over(me))
}

/// Queues the one that the lock is reserved for, if it was woken later than `ticket`. The flag stays
/// set, for whoever has that ticket.
pub(super) fn queue_reserved<const N: usize>(me: &LockedSeat<'_, Monitor<N>>, ticket: u32) -> bool {
    let reserved = me
        .front(List::Main)
        .filter(|front| Tag::of(*front).is(Kind::Reserved) && is_before(ticket, front.payload()));
    reserved.is_some_and(|reserved| {
        reserved.set_tag(Tag::of(reserved).with(Kind::Queued).0);
        true
    })
}

/// Whether one in the main list goes before a Woken waiter with this ticket: it holds the lock, or
/// was woken earlier. All others were behind the waiter when it was woken.
pub(super) fn goes_before<const N: usize>(other: Entry<'_, Monitor<N>>, ticket: u32) -> bool {
    let tag = Tag::of(other);
    tag.holds_the_lock() || tag.is_requeued() && is_before(other.payload(), ticket)
}
