//! [`Many`]: several permits as the head of a block.

use core::fmt;
use core::ptr;

use super::{AcquirePermit, Permit, PermitSource};
use crate::enter::{Enter, Reenter};
use crate::sealed::Inside;

/// Several permits at once: the head `semaphore.many(n)` of a block.
///
/// Outside a block, awaiting it gives the [`Permit`], as `acquire_many` does.
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
        super::assert_possible(wanted);
        Self { source, wanted }
    }

    /// For a head that ends in `.now()`.
    pub(crate) fn try_acquire(&self) -> Option<Permit<'a, S>> {
        let taken = self.source.semaphore(Inside).try_take(self.wanted);
        taken.then(|| Permit::new(self.source, self.wanted))
    }
}

impl<'s, S: PermitSource> Enter for Many<'s, S> {
    type Entered<'a>
        = Permit<'s, S>
    where
        Self: 'a;
    type Entering<'a>
        = AcquirePermit<'s, S>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> AcquirePermit<'s, S> {
        AcquirePermit::new(self.source, self.wanted)
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
    type Output = Permit<'a, S>;
    type IntoFuture = AcquirePermit<'a, S>;

    fn into_future(self) -> AcquirePermit<'a, S> {
        self.enter()
    }
}

impl<S: PermitSource> fmt::Debug for Many<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Many").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}
