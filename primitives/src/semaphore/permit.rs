//! [`Permit`] and [`OwnedPermit`]: permits acquired from a semaphore.

use core::fmt;
use core::{mem, ptr};

#[cfg(feature = "std")]
use alloc::sync::Arc;

use crate::sealed::{Inside, Sealed};

use super::Semaphore;

/// A semaphore that permits come from: [`Semaphore`] or
/// [`BoundedSemaphore`](crate::BoundedSemaphore). Not to be implemented elsewhere, and nothing to call:
/// what is behind a bounded semaphore could be released without a permit.
///
/// ```compile_fail
/// use underlock::{BoundedSemaphore, PermitSource};
///
/// let semaphore = BoundedSemaphore::new(1);
/// PermitSource::semaphore(&semaphore).release();
/// ```
pub trait PermitSource: Sealed {
    #[doc(hidden)]
    fn semaphore(&self, _: Inside) -> &Semaphore;
}

impl Sealed for Semaphore {}

impl PermitSource for Semaphore {
    #[inline]
    fn semaphore(&self, _: Inside) -> &Semaphore {
        self
    }
}

/// Permits taken from a [`Semaphore`] or, as `Permit<'_, BoundedSemaphore>`, from a
/// [`BoundedSemaphore`](crate::BoundedSemaphore).
///
/// Dropping it releases them; [`release`](Self::release) does so by name.
///
/// # Examples
///
/// ```
/// use underlock::Semaphore;
///
/// let semaphore = Semaphore::new(3);
/// let permit = semaphore.try_acquire_many(2).unwrap();
/// assert_eq!(semaphore.available_permits(), 1);
/// permit.release();
/// assert_eq!(semaphore.available_permits(), 3);
/// ```
#[doc(alias = "SemaphorePermit")]
#[must_use = "if unused, the permits are released at once"]
pub struct Permit<'a, S: PermitSource = Semaphore> {
    source: &'a S,
    permits: usize,
}

/// A [`Permit`] that owns its share of the semaphore: made by [`Semaphore::acquire_owned`] and its
/// like.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::{OwnedPermit, Semaphore};
///
/// struct Connection {
///     _permit: OwnedPermit,
/// }
///
/// let connections = Arc::new(Semaphore::new(1));
/// let connection = connections.clone().try_acquire_owned().map(|_permit| Connection { _permit });
/// assert!(connections.is_locked());
/// drop(connection);
/// assert!(!connections.is_locked());
/// ```
#[doc(alias = "OwnedSemaphorePermit")]
#[cfg(feature = "std")]
#[must_use = "if unused, the permits are released at once"]
pub struct OwnedPermit<S: PermitSource = Semaphore> {
    source: Arc<S>,
    permits: usize,
}

macro_rules! permit_methods {
    () => {
        /// Releases the permits, as dropping does.
        ///
        /// # Examples
        ///
        /// See [`Permit`].
        #[inline]
        pub fn release(self) {
            drop(self);
        }

        /// Forgets the permits without releasing them: the semaphore has that many fewer from now
        /// on.
        ///
        /// # Examples
        ///
        /// ```
        /// let semaphore = underlock::Semaphore::new(3);
        /// semaphore.try_acquire().unwrap().forget();
        /// assert_eq!(semaphore.available_permits(), 2);
        /// ```
        #[inline]
        pub fn forget(mut self) {
            let permits = mem::take(&mut self.permits);
            self.source.semaphore(Inside).shrink(permits);
        }
    };
}

// === impl Permit ===

impl<'a, S: PermitSource> Permit<'a, S> {
    #[inline]
    pub(crate) fn new(source: &'a S, permits: usize) -> Self {
        Self { source, permits }
    }

    /// Takes the permits out, for the caller to release.
    #[cfg(feature = "std")]
    pub(crate) fn detach(mut self) -> usize {
        mem::take(&mut self.permits)
    }

    permit_methods!();

    /// Splits `n` permits off; returns `None` if there are fewer than `n`.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(3);
    /// let mut permit = semaphore.try_acquire_many(3).unwrap();
    /// let one = permit.split(1).unwrap();
    /// assert!(permit.split(3).is_none());
    /// drop(permit);
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # drop(one);
    /// ```
    #[must_use = "if unused, the permits split off are released at once"]
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(n)?;
        Some(Self { source: self.source, permits: n })
    }

    /// Takes the permits of another in.
    ///
    /// # Errors
    ///
    /// A permit of another semaphore comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// let (east, west) = (underlock::Semaphore::new(2), underlock::Semaphore::new(2));
    /// let mut permit = east.try_acquire().unwrap();
    /// permit.merge(east.try_acquire().unwrap()).unwrap();
    /// assert!(permit.merge(west.try_acquire().unwrap()).is_err());
    /// ```
    pub fn merge(&mut self, mut other: Self) -> Result<(), Self> {
        if !ptr::eq(self.source, other.source) {
            return Err(other);
        }
        // No overflow: both count among the semaphore's, which are `MAX_PERMITS` at most.
        self.permits += mem::take(&mut other.permits);
        Ok(())
    }
}

impl<S: PermitSource> Drop for Permit<'_, S> {
    #[inline]
    fn drop(&mut self) {
        if self.permits > 0 {
            self.source.semaphore(Inside).give_back(self.permits);
        }
    }
}

impl<S: PermitSource> fmt::Debug for Permit<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("permits", &self.permits).finish_non_exhaustive()
    }
}

// === impl OwnedPermit ===

#[cfg(feature = "std")]
impl<S: PermitSource> OwnedPermit<S> {
    pub(crate) fn new(source: Arc<S>, permits: usize) -> Self {
        Self { source, permits }
    }

    permit_methods!();

    /// Splits `n` permits off; returns `None` if there are fewer than `n`.
    ///
    /// # Examples
    ///
    /// As for [`Permit::split`].
    #[must_use = "if unused, the permits split off are released at once"]
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(n)?;
        Some(Self { source: Arc::clone(&self.source), permits: n })
    }

    /// Takes the permits of another in.
    ///
    /// # Errors
    ///
    /// A permit of another semaphore comes back.
    ///
    /// # Examples
    ///
    /// As for [`Permit::merge`].
    pub fn merge(&mut self, mut other: Self) -> Result<(), Self> {
        if !Arc::ptr_eq(&self.source, &other.source) {
            return Err(other);
        }
        // No overflow: both count among the semaphore's, which are `MAX_PERMITS` at most.
        self.permits += mem::take(&mut other.permits);
        Ok(())
    }
}

#[cfg(feature = "std")]
impl<S: PermitSource> Drop for OwnedPermit<S> {
    fn drop(&mut self) {
        if self.permits > 0 {
            self.source.semaphore(Inside).give_back(self.permits);
        }
    }
}

#[cfg(feature = "std")]
impl<S: PermitSource> fmt::Debug for OwnedPermit<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").field("permits", &self.permits).finish_non_exhaustive()
    }
}
