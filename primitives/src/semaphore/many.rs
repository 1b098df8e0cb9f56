//! [`Many`]: several permits as the head of a block.

use core::fmt;
use core::ptr;

use super::PermitSource;
use crate::enter::{Enter, Reenter};
use crate::sealed::Inside;

/// Several permits at once: the head `semaphore.many(n)` of a block.
///
/// Outside a block, awaiting it gives the [`Permit`](crate::Permit), as `acquire_many` does. That of a
/// [`Closable`](crate::Closable) semaphore gives, and the block binds, a `Result`.
///
/// # Examples
///
/// ```
/// use underlock::{BoundedSemaphore, sync_block};
///
/// # async fn copy() {}
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let bandwidth = BoundedSemaphore::new(10);
/// sync_block!(_permits = bandwidth.many(4), async {
///     assert_eq!(bandwidth.available_permits(), 6);
///     copy().await;
/// });
/// # }
/// ```
#[must_use = "no permit is acquired until this is the head of a block, or awaited"]
pub struct Many<'a, S: PermitSource> {
    source: &'a S,
    wanted: usize,
}

impl<'a, S: PermitSource> Many<'a, S> {
    #[track_caller]
    pub(crate) fn new(source: &'a S, wanted: usize) -> Self {
        source.check(wanted, Inside);
        Self { source, wanted }
    }

    /// For a head that ends in `.now()`.
    pub(crate) fn try_acquire(&self) -> Option<S::Entered<'a>> {
        self.source.try_enter_many(self.wanted, Inside)
    }
}

#[diagnostic::do_not_recommend]
impl<'s, S: PermitSource> Enter for Many<'s, S> {
    type Entered<'a>
        = S::Entered<'s>
    where
        Self: 'a;
    type Entering<'a>
        = S::Entering<'s>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> S::Entering<'s> {
        self.source.enter_many(self.wanted, Inside)
    }

    /// That of the semaphore: several permits of it are asked for at once or one after another, and
    /// not by two heads of one block.
    fn identity(&self) -> Option<*const ()> {
        Some(ptr::from_ref(self.source).cast())
    }
}

#[diagnostic::do_not_recommend]
impl<S: PermitSource> Reenter for Many<'_, S> {}

impl<'a, S: PermitSource> IntoFuture for Many<'a, S> {
    type Output = S::Entered<'a>;
    type IntoFuture = S::Entering<'a>;

    fn into_future(self) -> S::Entering<'a> {
        self.enter()
    }
}

impl<S: PermitSource> fmt::Debug for Many<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Many").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}
