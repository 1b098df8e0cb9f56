//! One part of a map: who uses which entry, under a mutex of its own.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{BuildHasherDefault, Hasher};
use core::mem;
use std::collections::HashMap;
use std::sync::PoisonError;

use super::Keyed;
use crate::lock::Lock;
use crate::sync::Mutex;

/// A part of the map. On a cache line of its own, as others are used by other threads.
#[repr(align(64))]
pub(super) struct Shard<K, T>(Mutex<Entries<K, T>>);

struct Entries<K, T> {
    /// By the key's whole hash, so that no user's `Hash` runs under the mutex, not even where the
    /// table grows.
    buckets: HashMap<u64, Bucket<K, T>, BuildHasherDefault<AsIs>>,
    len: usize,
}

/// The entries of one hash: nearly always one.
struct Bucket<K, T> {
    first: Entry<K, T>,
    others: Vec<Entry<K, T>>,
}

/// A lock and how many hold it or wait for it.
///
/// **Invariant**: an entry in the map has users, and whoever uses a lock of the map is one of its
/// entry's.
pub(super) struct Entry<K, T> {
    key: K,
    lock: SharedLock<K, T>,
    users: usize,
}

pub(super) type SharedLock<K, T> = Arc<Lock<Keyed<K, T>>>;

/// Hashes a hash.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, _: &[u8]) {
        unreachable!("what is hashed is a `u64`");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

// === impl Shard ===

impl<K, T> Shard<K, T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Entries { buckets: HashMap::default(), len: 0 }))
    }

    /// The user's code that runs meanwhile is `K`'s comparison, before anything has changed: a panic
    /// there leaves the entries in order.
    fn with<R>(&self, look: impl FnOnce(&mut Entries<K, T>) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn len(&self) -> usize {
        self.with(|entries| entries.len)
    }

    /// Becomes a user of the key's entry, if there is one.
    pub(super) fn join(&self, hash: u64, key: &K) -> Option<SharedLock<K, T>>
    where
        K: Eq,
    {
        self.with(|entries| entries.join(hash, key))
    }

    /// Becomes a user of the key's entry, which is `entry` unless there is one by now; then `entry`
    /// comes back, to be dropped without the mutex.
    pub(super) fn join_or_insert(
        &self,
        hash: u64,
        entry: Entry<K, T>,
    ) -> (SharedLock<K, T>, Option<Entry<K, T>>)
    where
        K: Eq,
    {
        self.with(|entries| {
            if let Some(lock) = entries.join(hash, &entry.key) {
                return (lock, Some(entry));
            }
            let lock = Arc::clone(&entry.lock);
            entries.insert(hash, entry);
            (lock, None)
        })
    }

    /// Is no user of the lock's entry any more. The last one takes it out, to be dropped without the
    /// mutex.
    pub(super) fn leave(&self, hash: u64, lock: &SharedLock<K, T>) -> Option<Entry<K, T>> {
        self.with(|entries| entries.leave(hash, lock))
    }
}

// === impl Entries ===

impl<K, T> Entries<K, T> {
    fn join(&mut self, hash: u64, key: &K) -> Option<SharedLock<K, T>>
    where
        K: Eq,
    {
        let entry = self.buckets.get_mut(&hash)?.find(|entry| entry.key == *key)?;
        entry.users += 1;
        Some(Arc::clone(&entry.lock))
    }

    fn insert(&mut self, hash: u64, entry: Entry<K, T>) {
        self.len += 1;
        if let Some(bucket) = self.buckets.get_mut(&hash) {
            bucket.others.push(entry);
        } else {
            self.buckets.insert(hash, Bucket { first: entry, others: Vec::new() });
        }
    }

    fn leave(&mut self, hash: u64, lock: &SharedLock<K, T>) -> Option<Entry<K, T>> {
        let bucket = self.buckets.get_mut(&hash)?;
        let entry = bucket.find(|entry| Arc::ptr_eq(&entry.lock, lock))?;
        entry.users -= 1;
        if entry.users > 0 {
            return None;
        }
        self.len -= 1;
        if let Some(place) = bucket.others.iter().position(|other| Arc::ptr_eq(&other.lock, lock)) {
            return Some(bucket.others.swap_remove(place));
        }
        match bucket.others.pop() {
            Some(other) => Some(mem::replace(&mut bucket.first, other)),
            None => self.buckets.remove(&hash).map(|bucket| bucket.first),
        }
    }
}

impl<K, T> Bucket<K, T> {
    fn find(&mut self, pick: impl Fn(&Entry<K, T>) -> bool) -> Option<&mut Entry<K, T>> {
        if pick(&self.first) {
            return Some(&mut self.first);
        }
        self.others.iter_mut().find(|entry| pick(entry))
    }
}

impl<K: Clone, T: Default> Entry<K, T> {
    /// An entry with one user.
    pub(super) fn new(key: &K) -> Self {
        let keyed = Keyed { key: key.clone(), value: T::default() };
        Self { key: key.clone(), lock: Arc::new(Lock::new(keyed)), users: 1 }
    }
}
