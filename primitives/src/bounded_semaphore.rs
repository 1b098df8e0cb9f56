//! [`BoundedSemaphore`], asyncio's `BoundedSemaphore`: never more permits than it began with.

use core::fmt;

#[cfg(feature = "std")]
use alloc::sync::Arc;

use crate::misuse;
use crate::sealed::{Inside, Sealed};
#[cfg(feature = "std")]
use crate::semaphore::OwnedPermit;
use crate::semaphore::{AcquirePermit, Many, Permit, PermitSource, Semaphore};

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
/// # Fairness, cancel safety, leaks
///
/// As for a [`Semaphore`].
///
/// # Where this comes from
///
/// [`asyncio.BoundedSemaphore`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.BoundedSemaphore).
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    bound: usize,
}

impl Sealed for BoundedSemaphore {}

impl PermitSource for BoundedSemaphore {
    #[inline]
    fn semaphore(&self, _: Inside) -> &Semaphore {
        &self.semaphore
    }
}

impl BoundedSemaphore {
    crate::sync::const_fn! {
        /// Makes a semaphore with this many permits, which it never exceeds.
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
            Self { semaphore: Semaphore::new(permits), bound: permits }
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
    /// Panics if the semaphore was made with no permits: it could never be granted.
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
    /// Panics if `n` is more than the semaphore was made with: it could never be granted.
    #[inline]
    #[track_caller]
    pub fn acquire_many(&self, n: usize) -> AcquirePermit<'_, Self> {
        self.check(n);
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
        self.check(n);
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
        self.check(n);
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

    /// Waiting for more than there can ever be would be waiting for ever.
    #[inline]
    #[track_caller]
    fn check(&self, n: usize) {
        assert!(
            n <= self.bound,
            "requested {n} permits from a `BoundedSemaphore` with a bound of {}",
            self.bound
        );
    }
}

/// One permit, as asyncio's.
impl Default for BoundedSemaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

misuse::not_to_be_awaited! { [] BoundedSemaphore: SemaphoreAwaited }

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore")
            .field("permits", &format_args!("{}/{}", self.available_permits(), self.bound))
            .field("waiters", &self.semaphore.waiters())
            .finish()
    }
}
