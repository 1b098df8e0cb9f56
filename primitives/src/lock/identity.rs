//! Which value a shared condition is a field of.
//!
//! The types say which struct's condition it is, and not of which of its values. Addresses don't say it
//! either: the fields of a struct may be moved apart, as an `async move` block does that captures them
//! one by one. So the two are given the same number when they are first used together.

use core::fmt;
use core::marker::PhantomData;

use super::Lock;
use crate::condition::Numbered;
use crate::sync::plain::{AtomicU32, Ordering};

/// A number that a condition has in common with its lock, which has one for each of its conditions.
///
/// Nothing is published by it, so all that is relaxed. A lock's is written by its holder alone.
pub struct Identity(AtomicU32);

/// What it is before it is first used.
const NONE: u32 = 0;

impl Identity {
    pub(crate) const fn new() -> Self {
        Self(AtomicU32::new(NONE))
    }

    /// Panics unless `condition` belongs to the lock that has `self` for it. The caller holds the lock.
    #[inline]
    #[track_caller]
    pub(super) fn check<T: ?Sized>(&self, condition: &Self) {
        let mine = self.0.load(Ordering::Relaxed);
        if mine == NONE || condition.0.load(Ordering::Relaxed) != mine {
            self.bind::<T>(condition, mine);
        }
    }

    /// Whether both have the same number already.
    ///
    /// # Panics
    ///
    /// Panics if they have different ones. That they have none is no news: the caller does not hold the
    /// lock.
    #[track_caller]
    pub(super) fn is_known_of<T: ?Sized>(&self, condition: &Self) -> bool {
        let mine = self.0.load(Ordering::Relaxed);
        let theirs = condition.0.load(Ordering::Relaxed);
        assert!(mine == theirs || mine == NONE || theirs == NONE, "{}", Foreign::<T>(PhantomData));
        mine == theirs && mine != NONE
    }

    #[cold]
    #[track_caller]
    fn bind<T: ?Sized>(&self, condition: &Self, mine: u32) {
        let id = if mine == NONE { next() } else { mine };
        // A condition that is new takes the number of a lock that has one: somebody may have put it
        // in the place of the one before.
        let bound = condition.0.compare_exchange(NONE, id, Ordering::Relaxed, Ordering::Relaxed);
        assert!(bound.is_ok(), "{}", Foreign::<T>(PhantomData));
        self.0.store(id, Ordering::Relaxed);
    }
}

/// What is said of a condition and a lock of different values.
struct Foreign<T: ?Sized>(PhantomData<fn(&T)>);

impl<T: ?Sized> fmt::Display for Foreign<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the condition belongs to another value than the lock that is held: hold the lock of the \
             struct that the condition is a field of (a lock that was replaced takes new conditions; the \
             lock that is held owns a `{}`)",
            core::any::type_name::<T>(),
        )
    }
}

/// A number that no other condition has. (After four billion it is one that another may have; two of
/// the same number are then taken for one another, as if there were no check.)
fn next() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(NONE);
    loop {
        let id = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if id != NONE {
            return id;
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

// === impl Lock ===

impl<T: ?Sized, const N: usize> Lock<T, N> {
    /// Which of its `N` side lists `condition` names. The caller holds the lock.
    ///
    /// # Panics
    ///
    /// Panics if it is the condition of another value.
    #[inline]
    #[track_caller]
    pub(super) fn side_of<C: Numbered + ?Sized>(&self, condition: &C) -> usize {
        // `#[guarded]` never makes one; it takes an implementation of `Conditions` by hand.
        const { assert!(C::SIDE < N, "the lock has fewer conditions than this one is numbered") };
        if let Some(condition) = condition.identity() {
            self.identities[C::SIDE].check::<T>(condition);
        }
        C::SIDE
    }
}
