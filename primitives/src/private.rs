//! All that the macros' expansions may name. Not part of the interface: it may change in any
//! release, and the macros change with it.

pub use core;

#[cfg(feature = "macros")]
pub use underlock_macros::sync_block;

pub use crate::condition::{Condition, Declared, Shared};
use crate::enter::{Alone, BesideLocks, Both, Limited, Several, Slot, SlotOf, Slots};
pub use crate::enter::{Enter, Reenter, TryEnter};
pub use crate::guarded::{Conditions, LockNotHeld, MethodsOfTheGuard};
pub use crate::guarded::{is_condition, is_lock, not_hidden};
pub use crate::lock::{Guard, Lock};
use crate::misuse::WhenBesideOthers;

/// A type that says `X`, and is `Self`.
pub trait Mention<X: ?Sized> {
    type Itself: ?Sized;
}

impl<T: ?Sized, X: ?Sized> Mention<X> for T {
    type Itself = T;
}

/// Waits until `lock` can be entered.
#[inline]
pub fn enter<L: Enter + ?Sized>(lock: &L) -> L::Entering<'_> {
    lock.enter()
}

/// Enters what may fail to be entered.
#[inline]
pub fn try_enter<L: TryEnter + ?Sized>(lock: &L) -> L::Entering<'_> {
    lock.try_enter()
}

/// One head of several.
pub fn slot<L: Enter + ?Sized>(lock: &L) -> SlotOf<'_, L> {
    Slot::new(lock)
}

/// The last head of several, if it has a limit.
pub fn limited_slot<L: Limited + ?Sized>(lock: &L) -> SlotOf<'_, L::Limits> {
    lock.slot()
}

/// One head and those after it.
pub fn both<A: Slots, B: Slots>(first: A, rest: B) -> Both<A, B> {
    Both::new(first, rest)
}

/// Waits until all heads can be entered.
pub fn enter_several<S: Slots>(slots: S) -> Several<S> {
    Several::new(slots)
}

/// Enters all heads under the limit of the last one.
pub fn try_enter_several<L: Limited + ?Sized, S: Slots>(last: &L, slots: S) -> L::Entering<S> {
    last.enter(Several::new(slots))
}

/// Accepts what may be entered inside its own block.
pub fn entered_again<L: Reenter + ?Sized>(_: &L) {}

/// One head of several, to be asked whether it may be that.
#[derive(Debug)]
pub struct Beside<'a, L: ?Sized>(pub &'a L);

impl<L: Alone + ?Sized> Beside<'_, L> {
    /// Chosen before [`BesideOthers::check`] for what stands in no block of several.
    pub fn check(&self)
    where
        L::Barrier: BesideLocks,
        L::When: WhenBesideOthers,
    {
    }
}

/// Accepts whatever [`Beside`] does not refuse.
pub trait BesideOthers {
    /// Accepts it.
    fn check(&self) {}
}

impl<L: ?Sized> BesideOthers for Beside<'_, L> {}

/// A value of the type that is wanted where the block diverges, so that what is around it is not
/// called unreachable in the user's face. It is never called.
#[must_use]
pub fn never<T>() -> T {
    unreachable!("this stands in a branch that is not taken")
}
