//! What a release does for declared conditions: it notifies the longest waiting of each that is true.
//!
//! One suffices (`AutoSynch`'s relay invariance): every release looks, so whoever was woken by a condition
//! looks again when it releases the lock in its turn, and there is always one on its way while a
//! condition is true that somebody waits for. One that is cancelled passes its notification on.
//!
//! Which conditions are declared is known at compile time: a lock without any does nothing here. The
//! predicates run with the user's lock held, and no internal lock.

use super::monitor::{self, Monitor};
use crate::guarded::Conditions;
use crate::queue::WaitQueue;

/// Notifies one of those who wait for each declared condition that is true. The caller holds the lock,
/// and is about to release it.
#[inline]
pub(super) fn signal<T, const N: usize>(queue: &WaitQueue<Monitor<N>>, data: &T)
where
    T: ?Sized + Conditions<N>,
{
    // Only a holder adds to a side list, so one that looks empty is.
    let is_awaited = |side: usize| T::WHEN[side].is_some() && queue.has_side(side);
    if const { declares_any::<T, N>() } && (0..N).any(is_awaited) {
        signal_awaited(queue, data);
    }
}

/// Whether the state has a declared condition.
const fn declares_any<T: ?Sized + Conditions<N>, const N: usize>() -> bool {
    let mut side = 0;
    while side < N {
        if T::WHEN[side].is_some() {
            return true;
        }
        side += 1;
    }
    false
}

#[inline(never)]
fn signal_awaited<T, const N: usize>(queue: &WaitQueue<Monitor<N>>, data: &T)
where
    T: ?Sized + Conditions<N>,
{
    for (side, when) in T::WHEN.into_iter().enumerate() {
        let Some(when) = when.filter(|_| queue.has_side(side)) else { continue };
        #[cfg(not(feature = "std"))]
        let in_doubt = InDoubt::<T, N> { queue, side, _state: core::marker::PhantomData };
        let is_true = looks_true(when, data);
        #[cfg(not(feature = "std"))]
        core::mem::forget(in_doubt);
        if is_true {
            monitor::notify(queue, side, 1);
        }
    }
}

/// Whether the predicate is true, or panics. Its waiter asks again, in its own task, and panics there.
#[cfg(feature = "std")]
fn looks_true<T: ?Sized>(when: fn(&T) -> bool, data: &T) -> bool {
    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| when(data)));
    asked.unwrap_or_else(|payload| {
        // Its destructor may panic as well.
        core::mem::forget(payload);
        true
    })
}

#[cfg(not(feature = "std"))]
fn looks_true<T: ?Sized>(when: fn(&T) -> bool, data: &T) -> bool {
    when(data)
}

/// Where no panic can be caught it goes on, out of the release. Dropped on the way, this notifies one of
/// those who wait for the condition that was asked for, and for each that was not asked for yet.
#[cfg(not(feature = "std"))]
struct InDoubt<'q, T: ?Sized + Conditions<N>, const N: usize> {
    queue: &'q WaitQueue<Monitor<N>>,
    side: usize,
    _state: core::marker::PhantomData<fn(&T)>,
}

#[cfg(not(feature = "std"))]
impl<T: ?Sized + Conditions<N>, const N: usize> Drop for InDoubt<'_, T, N> {
    fn drop(&mut self) {
        for side in (self.side..N).filter(|side| T::WHEN[*side].is_some()) {
            monitor::notify(self.queue, side, 1);
        }
    }
}
