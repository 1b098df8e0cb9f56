//! Waiting for a declared condition.

use core::task::Waker;

use super::release::hand_off;
use super::{Kind, Monitor, Turn, is_before};
use crate::queue::{List, Seat};

/// Releases the lock and waits for declared condition `side`, in one step, in the `place` that it had
/// there before, or at the end. Returns the place.
///
/// # Panics
///
/// Panics if the turn is another lock's.
#[inline(never)]
pub(crate) fn park<const N: usize>(
    mut seat: Seat<'_, Monitor<N>>,
    turn: Turn<'_, N>,
    side: usize,
    place: Option<u32>,
    waker: Waker,
) -> u32 {
    turn.into_held(seat.queue());
    let mut me = seat.lock();
    let tag = Kind::Parked as u16;
    let list = List::Side(side);
    let place = if let Some(place) = place {
        me.set_payload(place);
        me.enqueue_behind(list, tag, waker, |other| is_before(other.payload(), place));
        place
    } else {
        let place = me.shared().next_place(side);
        me.set_payload(place);
        me.enqueue(list, tag, waker);
        place
    };
    hand_off(me.into_locked());
    place
}
