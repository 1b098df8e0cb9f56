//! [`Closable`]: a semaphore that can be closed.

use core::error::Error;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

#[cfg(feature = "std")]
use alloc::sync::Arc;

#[cfg(feature = "std")]
use super::OwnedPermit;
use super::protocol::{self, Claim, cancel};
use super::{Many, Order, Permit, PermitSource, Semaphore, poll_acquire};
use crate::bounded_semaphore::BoundedSemaphore;
use crate::enter::{Enter, Reenter};
use crate::misuse;
use crate::queue::{Waiter, waiting};
use crate::sealed::{Inside, Sealed};

/// A [`Semaphore`] or [`BoundedSemaphore`] that can be closed: whoever waits for a permit, or comes for
/// one later, gets [`Closed`].
///
/// Permits in hand stay valid and can be released. A semaphore that is closed stays so.
///
/// Closing is a type of its own so that it costs those nothing who never close: `acquire` of a plain
/// semaphore returns a permit, with no error to unwrap that can't occur. The type of the field says
/// which it is, `slots: BoundedSemaphore` or `slots: Closable<BoundedSemaphore>`; the methods are the
/// same, and return a `Result` here. (In tokio every semaphore can be closed, and every `acquire`
/// returns a `Result`.)
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::{BoundedSemaphore, Closable, Closed};
///
/// # async fn handle(_request: u32) {}
/// struct Server {
///     slots: Closable<BoundedSemaphore>,
/// }
///
/// impl Server {
///     async fn serve(&self, request: u32) -> Result<(), Closed> {
///         let permit = self.slots.acquire().await?;
///         handle(request).await;
///         permit.release();
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let server = Server { slots: Closable::new(BoundedSemaphore::new(8)) };
/// assert_eq!(server.serve(1).await, Ok(()));
/// server.slots.close();
/// assert_eq!(server.serve(2).await, Err(Closed));
/// # }
/// ```
///
/// In a block the name is bound to the `Result`, as that of a barrier is, since the block runs in
/// either case:
///
/// ```
/// # use underlock::{Closable, Closed, Semaphore, sync_block};
/// # async fn fetch() {}
/// async fn download(slots: &Closable<Semaphore>) -> Result<(), Closed> {
///     sync_block!(permit = slots, async {
///         let _permit = permit?;
///         fetch().await;
///     });
///     Ok(())
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let slots = Closable::new(Semaphore::new(1));
/// # assert_eq!(download(&slots).await, Ok(()));
/// # slots.close();
/// # assert_eq!(download(&slots).await, Err(Closed));
/// # }
/// ```
///
/// # Fairness
///
/// As for the semaphore itself. Those who wait when it is closed are woken in FIFO order.
///
/// # Cancel safety
///
/// As for the semaphore itself. What a waiter had been granted before the close, and had not
/// collected, is still its own: it gets its permit.
///
/// # Leaks
///
/// As for the semaphore itself. A future that is leaked holds up nobody once the semaphore is closed.
///
/// # Where this comes from
///
/// `close` of tokio's `Semaphore`; asyncio has no such thing.
#[doc(alias = "close")]
pub struct Closable<S: PermitSource = Semaphore> {
    semaphore: S,
}

/// The error of acquiring from a [`Closable`] semaphore that is closed, or is closed meanwhile.
///
/// # Examples
///
/// ```
/// use underlock::{Closable, Closed, Semaphore};
///
/// let semaphore = Closable::new(Semaphore::new(1));
/// semaphore.close();
/// assert_eq!(semaphore.try_acquire().unwrap_err(), Closed);
/// ```
#[doc(alias = "AcquireError")]
#[doc(alias = "TryAcquireError")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Closed;

impl<S: PermitSource> Sealed for Closable<S> {}

impl<S: PermitSource> PermitSource for Closable<S> {
    #[inline]
    fn semaphore(&self, _: Inside) -> &Semaphore {
        self.semaphore.semaphore(Inside)
    }

    #[inline]
    #[track_caller]
    fn check(&self, n: usize, _: Inside) {
        self.semaphore.check(n, Inside);
    }

    fn enter_many(&self, n: usize, _: Inside) -> AcquireUnlessClosed<'_, S> {
        self.acquire_many(n)
    }

    fn try_enter_many(&self, n: usize, _: Inside) -> Option<Result<Permit<'_, Self>, Closed>> {
        self.try_acquire_many(n).transpose()
    }
}

/// Waits for permits of a semaphore that may be closed: the future of [`Closable::acquire`] and
/// [`Closable::acquire_many`].
#[must_use = "no permit is acquired until the future is awaited"]
pub struct AcquireUnlessClosed<'a, S: PermitSource> {
    waiter: Waiter<&'a Semaphore, Claim>,
    rest: Order<'a, Closable<S>>,
}

waiting! {
    ['a, S: PermitSource]
    AcquireUnlessClosed<'a, S> {
        waiter: Waiter<&'a Semaphore, Claim>, rest: Order<'a, Closable<S>>
    }
    |waiter: Pin<&mut Waiter<&'a Semaphore, Claim>>, _: &mut Order<'a, Closable<S>>| {
        if !waiter.is_idle() {
            cancel(waiter.seat());
        }
    }
}

// === impl Closable ===

impl<S: PermitSource> Closable<S> {
    /// Makes a semaphore one that can be closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{BoundedSemaphore, Closable};
    ///
    /// static SLOTS: Closable<BoundedSemaphore> = Closable::new(BoundedSemaphore::new(8));
    /// ```
    #[must_use]
    pub const fn new(semaphore: S) -> Self {
        Self { semaphore }
    }

    /// Closes the semaphore, for good. Whoever waits is woken, in FIFO order, and gets [`Closed`], as
    /// does whoever comes later.
    ///
    /// Permits in hand stay valid. So does what a waiter had been granted already. Once this has
    /// returned nobody acquires any more. Closing a closed semaphore does nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Closable, Closed, Semaphore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Closable::new(Semaphore::new(1));
    /// let permit = semaphore.acquire().await.unwrap();
    /// let (outcome, ()) = tokio::join!(semaphore.acquire(), async { semaphore.close() });
    /// assert_eq!(outcome.unwrap_err(), Closed);
    /// permit.release();
    /// # }
    /// ```
    pub fn close(&self) {
        protocol::close(&self.semaphore(Inside).queue);
    }

    /// Whether the semaphore was closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Closable, Semaphore};
    ///
    /// assert!(!Closable::new(Semaphore::new(1)).is_closed());
    /// ```
    #[must_use]
    pub fn is_closed(&self) -> bool {
        protocol::is_closed(&self.semaphore(Inside).queue)
    }

    /// Acquires a permit, waiting until one is granted or the semaphore is closed.
    ///
    /// # Errors
    ///
    /// The future gives [`Closed`] if the semaphore is closed, or is closed before a permit is
    /// granted.
    ///
    /// # Panics
    ///
    /// As `acquire` of the semaphore itself.
    ///
    /// # Examples
    ///
    /// See [`Closable`].
    #[inline]
    #[track_caller]
    pub fn acquire(&self) -> AcquireUnlessClosed<'_, S> {
        self.acquire_many(1)
    }

    /// Acquires `n` permits at once, as [`acquire`](Self::acquire) does one.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    ///
    /// # Panics
    ///
    /// As `acquire_many` of the semaphore itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Closable, Closed, Semaphore};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Closed> {
    /// let semaphore = Closable::new(Semaphore::new(3));
    /// let permit = semaphore.acquire_many(2).await?;
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # drop(permit);
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    #[track_caller]
    pub fn acquire_many(&self, n: usize) -> AcquireUnlessClosed<'_, S> {
        self.check(n, Inside);
        let waiter = Waiter::new(self.semaphore(Inside), Claim::default());
        AcquireUnlessClosed { waiter, rest: Order { source: self, wanted: n } }
    }

    /// `n` permits at once as the head of a block, which binds a `Result`.
    ///
    /// # Panics
    ///
    /// As [`acquire_many`](Self::acquire_many).
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Closable, Closed, Semaphore, sync_block};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Closable::new(Semaphore::new(3));
    /// semaphore.close();
    /// sync_block!(permits = semaphore.many(2), {
    ///     assert_eq!(permits.unwrap_err(), Closed);
    /// });
    /// # }
    /// ```
    #[track_caller]
    pub fn many(&self, n: usize) -> Many<'_, Self> {
        Many::new(self, n)
    }

    /// Acquires a permit if one is free and nobody waits. `Ok(None)` says that none is.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the semaphore is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Closable, Closed, Semaphore};
    /// # fn main() -> Result<(), Closed> {
    /// let semaphore = Closable::new(Semaphore::new(1));
    /// let permit = semaphore.try_acquire()?;
    /// assert!(permit.is_some());
    /// assert!(semaphore.try_acquire()?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_acquire(&self) -> Result<Option<Permit<'_, Self>>, Closed> {
        self.try_acquire_many(1)
    }

    /// Acquires `n` permits if as many are free and nobody waits, as
    /// [`try_acquire`](Self::try_acquire) does one.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the semaphore is closed.
    ///
    /// # Examples
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    pub fn try_acquire_many(&self, n: usize) -> Result<Option<Permit<'_, Self>>, Closed> {
        let taken = self.semaphore(Inside).try_take_unless_closed(n).transpose()?;
        Ok(taken.map(|()| Permit::new(self, n)))
    }

    /// Acquires a permit by blocking this thread until one is granted or the semaphore is closed, as
    /// [`Semaphore::blocking_acquire`] does.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    ///
    /// # Panics
    ///
    /// As [`Semaphore::blocking_acquire`] and [`acquire`](Self::acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Closable, Closed, Semaphore};
    ///
    /// let semaphore = Closable::new(Semaphore::new(0));
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| assert_eq!(semaphore.blocking_acquire().unwrap_err(), Closed));
    ///     semaphore.close();
    /// });
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<Permit<'_, Self>, Closed> {
        self.blocking_acquire_many(1)
    }

    /// Acquires `n` permits at once, as [`blocking_acquire`](Self::blocking_acquire) does one.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    ///
    /// # Panics
    ///
    /// As [`Semaphore::blocking_acquire`] and [`acquire_many`](Self::acquire_many).
    ///
    /// # Examples
    ///
    /// As for [`blocking_acquire`](Self::blocking_acquire).
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: usize) -> Result<Permit<'_, Self>, Closed> {
        match self.try_acquire_many(n)? {
            Some(permit) => Ok(permit),
            None => crate::blocking::block_on(self.acquire_many(n)),
        }
    }

    /// Acquires a permit that owns its share of the semaphore, to be sent where a borrow can't go.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    ///
    /// # Panics
    ///
    /// As for [`acquire`](Self::acquire), once the future is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::{Closable, Closed, Semaphore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Closed> {
    /// let semaphore = Arc::new(Closable::new(Semaphore::new(1)));
    /// let permit = Arc::clone(&semaphore).acquire_owned().await?;
    /// semaphore.close();
    /// tokio::spawn(async move { permit.release() }).await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "std")]
    pub async fn acquire_owned(self: Arc<Self>) -> Result<OwnedPermit<Self>, Closed> {
        self.acquire_many_owned(1).await
    }

    /// Acquires `n` permits at once, as [`acquire_owned`](Self::acquire_owned) does one.
    ///
    /// # Errors
    ///
    /// As for [`acquire`](Self::acquire).
    ///
    /// # Panics
    ///
    /// As for [`acquire_many`](Self::acquire_many), once the future is polled.
    ///
    /// # Examples
    ///
    /// As for [`acquire_owned`](Self::acquire_owned).
    #[cfg(feature = "std")]
    pub async fn acquire_many_owned(
        self: Arc<Self>,
        n: usize,
    ) -> Result<OwnedPermit<Self>, Closed> {
        let n = self.acquire_many(n).await?.detach();
        Ok(OwnedPermit::new(self, n))
    }

    /// Acquires a permit if one is free and nobody waits, as
    /// [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the semaphore is closed.
    ///
    /// # Examples
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    #[cfg(feature = "std")]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<Option<OwnedPermit<Self>>, Closed> {
        self.try_acquire_many_owned(1)
    }

    /// Acquires `n` permits if as many are free and nobody waits, as
    /// [`acquire_owned`](Self::acquire_owned) does one.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the semaphore is closed.
    ///
    /// # Examples
    ///
    /// As for [`try_acquire`](Self::try_acquire).
    #[cfg(feature = "std")]
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: usize,
    ) -> Result<Option<OwnedPermit<Self>>, Closed> {
        let taken = self.semaphore(Inside).try_take_unless_closed(n).transpose()?;
        Ok(taken.map(|()| OwnedPermit::new(self, n)))
    }

    /// Returns the number of free permits: zero while anybody waits. Those of a closed semaphore
    /// count as well, though nobody gets one.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Closable, Semaphore};
    ///
    /// assert_eq!(Closable::new(Semaphore::new(3)).available_permits(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub fn available_permits(&self) -> usize {
        self.semaphore.semaphore(Inside).available_permits()
    }

    /// Whether no permit is free: none is left, or somebody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Closable, Semaphore};
    ///
    /// assert!(Closable::new(Semaphore::new(0)).is_locked());
    /// ```
    #[must_use]
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.available_permits() == 0
    }
}

impl Closable<Semaphore> {
    /// Adds a permit, as [`Semaphore::release`] does.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::release`].
    ///
    /// # Examples
    ///
    /// As for [`Semaphore::release`].
    #[track_caller]
    pub fn release(&self) {
        self.semaphore.release();
    }

    /// Adds `n` permits, as [`Semaphore::release_many`] does.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::release`].
    ///
    /// # Examples
    ///
    /// As for [`Semaphore::release_many`].
    #[doc(alias = "add_permits")]
    #[track_caller]
    pub fn release_many(&self, n: usize) {
        self.semaphore.release_many(n);
    }

    /// Forgets up to `n` of the free permits, as [`Semaphore::forget_permits`] does.
    ///
    /// # Examples
    ///
    /// As for [`Semaphore::forget_permits`].
    pub fn forget_permits(&self, n: usize) -> usize {
        self.semaphore.forget_permits(n)
    }
}

impl Closable<BoundedSemaphore> {
    /// Changes the limit, as [`BoundedSemaphore::resize`] does.
    ///
    /// # Panics
    ///
    /// As [`BoundedSemaphore::resize`].
    ///
    /// # Examples
    ///
    /// As for [`BoundedSemaphore::resize`].
    #[track_caller]
    pub fn resize(&self, limit: usize) {
        self.semaphore.resize(limit);
    }

    /// The limit, as [`BoundedSemaphore::limit`].
    ///
    /// # Examples
    ///
    /// As for [`BoundedSemaphore::limit`].
    #[must_use]
    pub fn limit(&self) -> usize {
        self.semaphore.limit()
    }

    #[doc(hidden)]
    pub fn release<'a>(&'a self)
    where
        &'a Self: misuse::PermitHeld,
    {
    }

    #[doc(hidden)]
    pub fn release_many<'a>(&'a self, _: usize)
    where
        &'a Self: misuse::PermitHeld,
    {
    }
}

impl<S: PermitSource> From<S> for Closable<S> {
    fn from(semaphore: S) -> Self {
        Self::new(semaphore)
    }
}

impl<S: PermitSource + Default> Default for Closable<S> {
    fn default() -> Self {
        Self::new(S::default())
    }
}

impl<S: PermitSource + fmt::Debug> fmt::Debug for Closable<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closable")
            .field("closed", &self.is_closed())
            .field("semaphore", &self.semaphore)
            .finish()
    }
}

misuse::not_to_be_awaited! { [S: PermitSource] Closable<S>: SemaphoreAwaited }

impl<S: PermitSource> Enter for Closable<S> {
    type Entered<'a>
        = Result<Permit<'a, Self>, Closed>
    where
        Self: 'a;
    type Entering<'a>
        = AcquireUnlessClosed<'a, S>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> AcquireUnlessClosed<'_, S> {
        self.acquire()
    }

    fn identity(&self) -> Option<*const ()> {
        Some(core::ptr::from_ref(self).cast())
    }
}

#[diagnostic::do_not_recommend]
impl<S: PermitSource> Reenter for Closable<S> {}

// === impl AcquireUnlessClosed ===

impl<S: PermitSource> AcquireUnlessClosed<'_, S> {
    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: misuse::AcquirePermitAwaited,
    {
    }
}

impl<'a, S: PermitSource> Future for AcquireUnlessClosed<'a, S> {
    type Output = Result<Permit<'a, Closable<S>>, Closed>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, order) = self.split();
        let outcome = ready!(poll_acquire(waiter, order.wanted, cx));
        Poll::Ready(outcome.map(|()| Permit::new(order.source, order.wanted)))
    }
}

impl<S: PermitSource> fmt::Debug for AcquireUnlessClosed<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireUnlessClosed")
            .field("wanted", &self.rest.wanted)
            .finish_non_exhaustive()
    }
}

// === impl Closed ===

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the semaphore is closed")
    }
}

impl Error for Closed {}
