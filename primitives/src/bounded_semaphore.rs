//! [`BoundedSemaphore`], asyncio's `BoundedSemaphore`: never more permits than its limit.

use core::fmt;

#[cfg(feature = "std")]
use alloc::sync::Arc;

use crate::misuse;
use crate::sealed::{Inside, Sealed};
#[cfg(feature = "std")]
use crate::semaphore::OwnedPermit;
use crate::semaphore::{AcquirePermit, Many, Permit, PermitSource, Semaphore};
use crate::sync::atomic::{AtomicUsize, Ordering};

/// A [`Semaphore`] that can't be released more often than it was acquired.
///
/// Only a permit releases, once, so there is no way to write the mistake that asyncio answers with
/// `ValueError: BoundedSemaphore released too many times`:
///
/// ```compile_fail
/// # let semaphore = underlock::BoundedSemaphore::new(1);
/// semaphore.release(); // this bounded semaphore is released without a permit
/// ```
///
/// Its permits are of a type of their own, `Permit<'_, BoundedSemaphore>`.
///
/// # Examples
///
/// ```
/// use underlock::BoundedSemaphore;
///
/// static OPEN_FILES: BoundedSemaphore = BoundedSemaphore::new(64);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let permit = OPEN_FILES.acquire().await;
/// let text = tokio::fs::read_to_string("Cargo.toml").await?;
/// permit.release();
/// # assert!(!text.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Resizing
///
/// [`resize`](Self::resize) changes the limit while permits are held and waited for. Where fewer are
/// left than are held, those that are released next are gone instead of free; nobody has to take
/// permits out of use by holding them. A limit of 0 pauses the semaphore. Who waits for more permits
/// than the limit, and those behind it, wait until the limit grows or it is cancelled.
///
/// # Fairness, cancel safety, leaks
///
/// As for a [`Semaphore`].
///
/// # Where this comes from
///
/// [`asyncio.BoundedSemaphore`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.BoundedSemaphore).
/// It can't be resized; trio's `CapacityLimiter`, whose `total_tokens` can be set, shrinks the same
/// way.
pub struct BoundedSemaphore {
    /// Its total is the limit.
    semaphore: Semaphore,
    /// The largest limit so far.
    bound: AtomicUsize,
}

impl Sealed for BoundedSemaphore {}

impl PermitSource for BoundedSemaphore {
    #[inline]
    fn semaphore(&self, _: Inside) -> &Semaphore {
        &self.semaphore
    }

    /// Waiting for more than there ever were is a mistake; that there are fewer now is none.
    #[inline]
    #[track_caller]
    fn check(&self, n: usize, _: Inside) {
        let bound = self.bound.load(Ordering::Relaxed);
        assert!(
            n <= bound,
            "requested {n} permits from a `BoundedSemaphore` with a bound of {bound}",
        );
    }

    fn enter_many(&self, n: usize, _: Inside) -> AcquirePermit<'_, Self> {
        self.acquire_many(n)
    }

    fn try_enter_many(&self, n: usize, _: Inside) -> Option<Permit<'_, Self>> {
        self.try_acquire_many(n)
    }
}

impl BoundedSemaphore {
    crate::sync::const_fn! {
        /// Makes a semaphore with this many permits, which it never exceeds unless it is
        /// [resized](Self::resize). To begin paused, make one with as many as it is going to have
        /// and resize it to 0.
        ///
        /// # Examples
        ///
        /// See [`BoundedSemaphore`].
        ///
        /// # Panics
        ///
        /// Panics if there are more than [`Semaphore::MAX_PERMITS`].
        #[must_use]
        #[track_caller]
        pub const fn new(permits: usize) -> Self {
            Self { semaphore: Semaphore::new(permits), bound: AtomicUsize::new(permits) }
        }
    }

    /// Acquires a permit, waiting until one is granted.
    ///
    /// # Examples
    ///
    /// See [`BoundedSemaphore`].
    ///
    /// # Panics
    ///
    /// Panics if the semaphore never had a permit: it was made with none and not resized since.
    #[inline]
    #[track_caller]
    pub fn acquire(&self) -> AcquirePermit<'_, Self> {
        self.acquire_many(1)
    }

    /// Takes `n` permits at once, and waits until there are so many.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = underlock::BoundedSemaphore::new(5);
    /// let permit = semaphore.acquire_many(3).await;
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # drop(permit);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `n` is more than the largest limit that the semaphore ever had: it would wait, and
    /// keep all behind it waiting, for what may never come. That the limit is smaller now is no
    /// mistake, see [`resize`](Self::resize).
    #[inline]
    #[track_caller]
    pub fn acquire_many(&self, n: usize) -> AcquirePermit<'_, Self> {
        AcquirePermit::new(self, n)
    }

    /// Takes a permit if there is one and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::BoundedSemaphore::new(1);
    /// let permit = semaphore.try_acquire();
    /// assert!(semaphore.try_acquire().is_none());
    /// # drop(permit);
    /// ```
    #[must_use = "if unused, the permits are released at once"]
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_, Self>> {
        self.try_acquire_many(1)
    }

    /// Takes `n` permits if there are so many and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::BoundedSemaphore::new(3);
    /// assert!(semaphore.try_acquire_many(4).is_none());
    /// ```
    #[must_use = "if unused, the permits are released at once"]
    #[inline]
    pub fn try_acquire_many(&self, n: usize) -> Option<Permit<'_, Self>> {
        self.semaphore.try_take(n).then(|| Permit::new(self, n))
    }

    /// `n` permits at once as the head of a block, as [`Semaphore::many`].
    ///
    /// # Panics
    ///
    /// As for [`acquire_many`](Self::acquire_many).
    ///
    /// # Examples
    ///
    /// See [`Many`].
    #[track_caller]
    pub fn many(&self, n: usize) -> Many<'_, Self> {
        Many::new(self, n)
    }

    /// Acquires a permit by blocking this thread, as [`Semaphore::blocking_acquire`] does.
    ///
    /// # Panics
    ///
    /// As for [`Semaphore::blocking_acquire`] and [`acquire`](Self::acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::BoundedSemaphore::new(2);
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| semaphore.blocking_acquire().release());
    ///     }
    /// });
    /// assert_eq!(semaphore.available_permits(), 2);
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire(&self) -> Permit<'_, Self> {
        self.blocking_acquire_many(1)
    }

    /// Acquires `n` permits at once by blocking this thread, as
    /// [`Semaphore::blocking_acquire_many`] does.
    ///
    /// # Panics
    ///
    /// As for [`Semaphore::blocking_acquire`] and [`acquire_many`](Self::acquire_many).
    ///
    /// # Examples
    ///
    /// As for [`Semaphore::blocking_acquire_many`].
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: usize) -> Permit<'_, Self> {
        match self.try_acquire_many(n) {
            Some(permit) => permit,
            None => crate::blocking::block_on(self.acquire_many(n)),
        }
    }

    /// Takes a permit that owns its share of the semaphore, to be sent where a borrow can't go.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::BoundedSemaphore;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Arc::new(BoundedSemaphore::new(1));
    /// let permit = semaphore.clone().acquire_owned().await;
    /// tokio::spawn(async move { permit.release() }).await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`acquire`](Self::acquire).
    #[cfg(feature = "std")]
    #[must_use = "no permit is acquired until the future is awaited"]
    #[track_caller]
    pub fn acquire_owned(self: Arc<Self>) -> impl Future<Output = OwnedPermit<Self>> {
        self.acquire_many_owned(1)
    }

    /// Takes `n` permits at once, as [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Arc::new(underlock::BoundedSemaphore::new(3));
    /// let permit = semaphore.clone().acquire_many_owned(3).await;
    /// assert!(semaphore.is_locked());
    /// # drop(permit);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`acquire_many`](Self::acquire_many).
    #[cfg(feature = "std")]
    #[must_use = "no permit is acquired until the future is awaited"]
    #[track_caller]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: usize,
    ) -> impl Future<Output = OwnedPermit<Self>> {
        self.check(n, Inside);
        async move {
            let n = self.acquire_many(n).await.detach();
            OwnedPermit::new(self, n)
        }
    }

    /// Takes a permit if there is one and nobody waits, as [`acquire_owned`](Self::acquire_owned)
    /// does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// let semaphore = Arc::new(underlock::BoundedSemaphore::new(1));
    /// assert!(semaphore.try_acquire_owned().is_some());
    /// ```
    #[cfg(feature = "std")]
    #[must_use = "if unused, the permits are released at once"]
    pub fn try_acquire_owned(self: Arc<Self>) -> Option<OwnedPermit<Self>> {
        self.try_acquire_many_owned(1)
    }

    /// Takes `n` permits if there are so many and nobody waits, as
    /// [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// let semaphore = Arc::new(underlock::BoundedSemaphore::new(1));
    /// assert!(semaphore.try_acquire_many_owned(2).is_none());
    /// ```
    #[cfg(feature = "std")]
    #[must_use = "if unused, the permits are released at once"]
    pub fn try_acquire_many_owned(self: Arc<Self>, n: usize) -> Option<OwnedPermit<Self>> {
        self.semaphore.try_take(n).then(|| OwnedPermit::new(self, n))
    }

    /// Changes the limit: how many permits there are.
    ///
    /// A larger limit adds permits, which go to those who wait, in FIFO order. A smaller one takes
    /// permits away: those that are free, those that the first waiter has been granted so far of
    /// several, and for the rest those that are released next. Permits in hand stay valid, and a
    /// waiter that has been granted all it wants gets its permit. A limit of 0 pauses: nobody gets a
    /// permit until the limit grows. Of several calls at a time the last to begin wins.
    ///
    /// A waiter for more permits than the new limit keeps its place, and those behind it wait too:
    /// FIFO holds. It goes on once the limit is large enough again, or is cancelled and lets those
    /// behind it go.
    ///
    /// A permit that is [forgotten](Permit::forget) reduces the limit as well, as far as it can.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::BoundedSemaphore;
    ///
    /// let slots = BoundedSemaphore::new(3);
    /// let (one, two) = (slots.try_acquire().unwrap(), slots.try_acquire().unwrap());
    /// slots.resize(1);
    /// drop(one);
    /// assert!(slots.try_acquire().is_none()); // two are held by then, and one is one too many
    /// drop(two);
    /// assert_eq!(slots.available_permits(), 1);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the limit is more than [`Semaphore::MAX_PERMITS`].
    #[track_caller]
    pub fn resize(&self, limit: usize) {
        assert!(limit <= Semaphore::MAX_PERMITS, "a semaphore can't have that many permits");
        self.bound.fetch_max(limit, Ordering::Relaxed);
        self.semaphore.set_total(limit);
    }

    /// The limit: how many permits there are, held or free. While the semaphore owes permits, since
    /// it was made smaller, more are held.
    ///
    /// # Examples
    ///
    /// ```
    /// let slots = underlock::BoundedSemaphore::new(3);
    /// slots.resize(5);
    /// assert_eq!(slots.limit(), 5);
    /// ```
    #[must_use]
    #[inline]
    pub fn limit(&self) -> usize {
        self.semaphore.total()
    }

    /// How many permits can be had at once; none while anybody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::BoundedSemaphore::new(3).available_permits(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub fn available_permits(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// Whether no permit can be had at once: none is left, or somebody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!underlock::BoundedSemaphore::new(1).is_locked());
    /// ```
    #[must_use]
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.semaphore.is_locked()
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

/// One permit, as asyncio's.
impl Default for BoundedSemaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

misuse::not_to_be_awaited! { [] BoundedSemaphore: SemaphoreAwaited }

#[expect(clippy::missing_fields_in_debug, reason = "the bound is for a message alone")]
impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore")
            .field("permits", &format_args!("{}/{}", self.available_permits(), self.limit()))
            .field("waiters", &self.semaphore.waiters())
            .finish()
    }
}
