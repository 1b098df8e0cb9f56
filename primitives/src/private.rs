//! All that the macros' expansions may name. Not part of the interface: it may change in any
//! release, and the macros change with it.

pub use core;

pub use crate::condition::{Condition, Shared};
pub use crate::enter::{Enter, Reenter, TryEnter};
pub use crate::guarded::{Conditions, LockNotHeld, MethodsOfTheGuard};
pub use crate::guarded::{is_condition, is_lock, not_hidden};
pub use crate::lock::{Guard, Lock};

/// A type that says `X`, and is `Self`.
pub trait Mention<X: ?Sized> {
    type Itself: ?Sized;
}

impl<T: ?Sized, X: ?Sized> Mention<X> for T {
    type Itself = T;
}

/// Waits until `lock` can be entered.
#[inline]
pub fn enter<L: Enter + ?Sized>(lock: &L) -> impl Future<Output = L::Entered<'_>> {
    lock.enter()
}

/// Enters `lock` if that can be done at once.
#[inline]
pub fn try_enter<L: TryEnter + ?Sized>(lock: &L) -> Option<L::Entered<'_>> {
    lock.try_enter()
}

/// What tells `lock` from others.
#[inline]
pub fn address<L: Enter + ?Sized>(lock: &L) -> *const () {
    lock.address()
}

/// Accepts what may be entered inside its own block.
pub fn entered_again<L: Reenter + ?Sized>(_: &L) {}

/// The order in which to take locks with these addresses: the same for all who take them.
///
/// # Panics
///
/// Panics if two are the same lock: the block would wait for itself.
#[must_use]
pub fn in_order<const N: usize>(addresses: [*const (); N]) -> [usize; N] {
    let mut order = core::array::from_fn(|index| index);
    order.sort_unstable_by_key(|index| addresses[*index]);
    for pair in order.windows(2) {
        assert!(
            addresses[pair[0]] != addresses[pair[1]],
            "`sync_block!` was given the same lock twice, as number {} and number {}: it would \
             wait for itself",
            pair[0].min(pair[1]) + 1,
            pair[0].max(pair[1]) + 1,
        );
    }
    order
}

/// Waits for `entering` for this long at the most.
#[cfg(feature = "tokio")]
pub async fn within<F: Future>(limit: core::time::Duration, entering: F) -> Option<F::Output> {
    tokio::time::timeout(limit, entering).await.ok()
}

/// Says what is missing.
#[cfg(not(feature = "tokio"))]
pub fn within<F: crate::misuse::Timed>(
    _: core::time::Duration,
    _: F,
) -> core::future::Ready<Option<F::Output>> {
    core::future::ready(None)
}
