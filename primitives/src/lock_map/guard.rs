//! [`KeyGuard`], and the ticket that keeps its entry in the map.

use core::fmt;
use core::ops::{Deref, DerefMut};

use super::shard::SharedLock;
use super::{Keyed, LockMap};
use crate::lock::OwnedGuard;

/// A user of an entry: keeps it in the map until dropped. The last one takes it out.
pub(super) struct Ticket<'m, K, T> {
    map: &'m LockMap<K, T>,
    hash: u64,
    lock: SharedLock<K, T>,
}

/// A guard of one key of a [`LockMap`]: proof that it is held, and access to its data.
///
/// Dropping the guard releases the key; [`release`](Self::release) does so by name.
///
/// # Examples
///
/// See [`LockMap`].
#[must_use = "if unused, the key is released at once"]
pub struct KeyGuard<'m, K, T> {
    // Dropped before the ticket: the key is released before its entry may go.
    guard: OwnedGuard<Keyed<K, T>>,
    _ticket: Ticket<'m, K, T>,
}

// === impl Ticket ===

impl<'m, K, T> Ticket<'m, K, T> {
    /// For one that has just become a user of the lock's entry.
    pub(super) fn new(map: &'m LockMap<K, T>, hash: u64, lock: SharedLock<K, T>) -> Self {
        Self { map, hash, lock }
    }

    pub(super) fn lock(&self) -> &SharedLock<K, T> {
        &self.lock
    }
}

impl<K, T> Drop for Ticket<'_, K, T> {
    fn drop(&mut self) {
        // The entry is dropped here, and the data with `lock`: without the shard's mutex.
        drop(self.map.shard(self.hash).leave(self.hash, &self.lock));
    }
}

// === impl KeyGuard ===

impl<'m, K, T> KeyGuard<'m, K, T> {
    pub(super) fn new(guard: OwnedGuard<Keyed<K, T>>, ticket: Ticket<'m, K, T>) -> Self {
        Self { guard, _ticket: ticket }
    }

    /// Releases the key, as dropping the guard does.
    ///
    /// # Examples
    ///
    /// ```
    /// let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// let guard = orders.key(&42).try_acquire().unwrap();
    /// guard.release();
    /// assert!(orders.is_empty());
    /// ```
    pub fn release(self) {
        drop(self);
    }

    /// The key that is held.
    ///
    /// # Examples
    ///
    /// ```
    /// let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// let guard = orders.key(&42).try_acquire().unwrap();
    /// assert_eq!(*guard.key(), 42);
    /// ```
    #[must_use]
    pub fn key(&self) -> &K {
        &self.guard.key
    }
}

impl<K, T> Deref for KeyGuard<'_, K, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard.value
    }
}

impl<K, T> DerefMut for KeyGuard<'_, K, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard.value
    }
}

impl<K, T: fmt::Debug> fmt::Debug for KeyGuard<'_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<K, T: fmt::Display> fmt::Display for KeyGuard<'_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
