//! [`LockMap`]: a lock per key, for as long as somebody uses it.

mod guard;
mod shard;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::hash::{BuildHasher, Hash};
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::collections::hash_map::RandomState;
use std::sync::OnceLock;

pub use self::guard::KeyGuard;
use self::guard::Ticket;
use self::shard::{Entry, Shard};
use crate::enter::Enter;
use crate::lock::AcquireOwned;

/// How many parts a map has: enough that threads seldom meet at one. One in models, since hashes
/// differ from run to run.
const SHARDS: usize = if cfg!(any(underlock_loom, underlock_shuttle)) { 1 } else { 32 };

/// A lock for each key: whoever enters a key has it, and its data, to themselves; other keys are not
/// affected.
///
/// An entry, with its `T::default()`, lives while somebody holds it or waits for it, and is gone
/// after the last, those that were cancelled too. So the map is as large as what is in use, nothing
/// has to be evicted, and what is to outlive its users is kept elsewhere: `T` is state that those who
/// meet at a key share, such as a cached row or the time of a request.
///
/// # Examples
///
/// ```
/// use underlock::{LockMap, sync_block};
///
/// #[derive(Default)]
/// struct Session {
///     requests: u32,
/// }
///
/// struct Server {
///     sessions: LockMap<String, Session>,
/// }
///
/// impl Server {
///     async fn handle(&self, customer: &String) {
///         sync_block!(session = self.sessions.key(customer), {
///             session.requests += 1;
///         });
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let server = Server { sessions: LockMap::new() };
/// server.handle(&"alice".to_owned()).await;
/// assert!(server.sessions.is_empty());
///
/// let alice = "alice".to_owned();
/// let guard = server.sessions.key(&alice).acquire().await;
/// assert!(server.sessions.key(&alice).try_acquire().is_none());
/// assert!(server.sessions.key(&"bob".to_owned()).try_acquire().is_some());
/// assert_eq!((guard.key().as_str(), guard.requests), ("alice", 0));
/// # }
/// ```
///
/// # Fairness
///
/// FIFO with direct hand-off at each key, as for a [`Lock`](crate::Lock#fairness).
///
/// # Cancel safety
///
/// [`acquire`](Key::acquire) may be dropped at any await point. A waiter leaves no trace, a lock that
/// it had been granted goes to the next, and the entry goes with its last user.
///
/// # Futurelock
///
/// As for a [`Lock`](crate::Lock#futurelock), at each key.
///
/// # Cost
///
/// The map is split into parts, each under a mutex that is held for one look into a hash table:
/// entering and leaving take O(1), and no thread waits while a map grows but those that use that
/// part of it. A key that nobody uses costs an allocation and two clones of the key to enter.
/// `K`'s `Eq` is all of the user's code that runs under such a mutex; it must not use the map.
///
/// # Several keys
///
/// A block may enter several keys, of one map or several, in any order, as it may enter several
/// locks. It panics if two of its heads are the same key of one map:
///
/// ```
/// use underlock::{LockMap, sync_block};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let accounts: LockMap<u32, i64> = LockMap::new();
/// let (payer, payee) = (7, 4);
/// sync_block!(from = accounts.key(&payer), to = accounts.key(&payee), {
///     *from -= 5;
///     *to += 5;
/// });
/// # }
/// ```
///
/// # Panics
///
/// Nothing here panics by itself. There is no poisoning; a panic of `K`'s `Hash`, `Eq` or `Clone`, or
/// of `T`'s `Default`, leaves the map as it was.
///
/// # Leaks
///
/// A leaked guard keeps its key held and its entry in the map. So does a leaked future, once the lock
/// is granted to it.
///
/// # Where this comes from
///
/// asyncio has no such thing; the usual `HashMap<K, Arc<Mutex<T>>>` never forgets a key, or forgets it
/// while somebody is about to lock it.
#[doc(alias = "KeyedMutex")]
pub struct LockMap<K, T = ()> {
    shards: Box<[Shard<K, T>]>,
    hasher: RandomState,
}

/// What a lock of the map protects. The key is here as well as in its entry, so that a guard can show
/// it without a look into the map.
struct Keyed<K, T> {
    key: K,
    value: T,
}

/// One key of a [`LockMap`]: the head `map.key(&key)` of a block.
#[must_use = "nothing is acquired until this is the head of a block, or `acquire` is awaited"]
pub struct Key<'m, 'k, K, T> {
    map: &'m LockMap<K, T>,
    wanted: &'k K,
    /// Keeps the entry, once a block of several has asked for its address.
    entry: OnceLock<Ticket<'m, K, T>>,
}

pin_project_lite::pin_project! {
    /// Waits for one key of a [`LockMap`] and gives its [`KeyGuard`]: the future of [`Key::acquire`].
    #[must_use = "a key is not acquired until the future is awaited"]
    pub struct AcquireKey<'m, 'k, K, T> {
        map: &'m LockMap<K, T>,
        key: &'k K,
        // Dropped before the ticket: nobody waits in an entry that is gone.
        #[pin]
        acquiring: Option<AcquireOwned<Keyed<K, T>>>,
        ticket: Option<Ticket<'m, K, T>>,
    }
}

// === impl LockMap ===

impl<K, T> LockMap<K, T> {
    /// Makes a map in which no key is used.
    ///
    /// # Examples
    ///
    /// ```
    /// let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// assert!(orders.is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::new()).collect(), hasher: RandomState::new() }
    }

    /// One key, to be [acquired](Key::acquire) or to be the head of a block.
    ///
    /// # Examples
    ///
    /// See [`LockMap`].
    pub fn key<'m, 'k>(&'m self, key: &'k K) -> Key<'m, 'k, K, T> {
        Key { map: self, wanted: key, entry: OnceLock::new() }
    }

    /// How many keys are held or waited for.
    ///
    /// The parts of the map are counted one after another: while others enter and leave, this is a
    /// number that may never have been true.
    ///
    /// # Examples
    ///
    /// ```
    /// # let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// let guard = orders.key(&42).try_acquire();
    /// assert_eq!(orders.len(), 1);
    /// drop(guard);
    /// assert_eq!(orders.len(), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(Shard::len).sum()
    }

    /// Whether no key is held or waited for.
    ///
    /// # Examples
    ///
    /// See [`new`](Self::new).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| shard.len() == 0)
    }

    fn shard(&self, hash: u64) -> &Shard<K, T> {
        // From the middle: the table in the shard goes by the bits at both ends.
        let bytes = hash.to_le_bytes();
        &self.shards[usize::from(bytes[4]) % self.shards.len()]
    }
}

impl<K: Eq + Hash + Clone, T: Default> LockMap<K, T> {
    /// Becomes a user of the key's entry, which is made if there is none.
    fn ticket(&self, key: &K) -> Ticket<'_, K, T> {
        let hash = self.hasher.hash_one(key);
        let shard = self.shard(hash);
        let lock = shard.join(hash, key).unwrap_or_else(|| {
            // Made without the shard's mutex, and dropped without it if another was faster.
            let (lock, _unused) = shard.join_or_insert(hash, Entry::new(key));
            lock
        });
        Ticket::new(self, hash, lock)
    }
}

impl<K, T> Default for LockMap<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how many keys are in use, and no key.
impl<K, T> fmt::Debug for LockMap<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockMap").field("len", &self.len()).finish_non_exhaustive()
    }
}

// === impl Key ===

impl<'m, 'k, K: Eq + Hash + Clone, T: Default> Key<'m, 'k, K, T> {
    /// Acquires the key's lock, waiting until it is granted.
    ///
    /// See the map for [fairness](LockMap#fairness) and [cancel safety](LockMap#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let hits: underlock::LockMap<&str, u32> = underlock::LockMap::new();
    /// let mut guard = hits.key(&"/").acquire().await;
    /// *guard += 1;
    /// guard.release();
    /// # }
    /// ```
    pub fn acquire(&self) -> AcquireKey<'m, 'k, K, T> {
        AcquireKey { map: self.map, key: self.wanted, acquiring: None, ticket: None }
    }

    /// Acquires the key's lock if it is free.
    ///
    /// # Examples
    ///
    /// ```
    /// let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// let guard = orders.key(&42).try_acquire();
    /// assert!(guard.is_some());
    /// assert!(orders.key(&42).try_acquire().is_none());
    /// ```
    #[must_use = "if unused, the key is released at once"]
    pub fn try_acquire(&self) -> Option<KeyGuard<'m, K, T>> {
        let ticket = self.map.ticket(self.wanted);
        let guard = Arc::clone(ticket.lock()).try_acquire_owned()?;
        Some(KeyGuard::new(guard, ticket))
    }

    /// Waits for the key's lock by blocking this thread, as
    /// [`Lock::blocking_acquire`](crate::Lock::blocking_acquire) does.
    ///
    /// # Panics
    ///
    /// With feature `tokio`, panics if it has to wait on a thread that is running a runtime's tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let orders: underlock::LockMap<u64> = underlock::LockMap::new();
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| orders.key(&42).blocking_acquire().release());
    ///     }
    /// });
    /// assert!(orders.is_empty());
    /// ```
    #[track_caller]
    pub fn blocking_acquire(&self) -> KeyGuard<'m, K, T> {
        match self.try_acquire() {
            Some(guard) => guard,
            None => crate::blocking::block_on(self.acquire()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'m, 'k, K: Eq + Hash + Clone, T: Default> Enter for Key<'m, 'k, K, T> {
    type Entered<'a>
        = KeyGuard<'m, K, T>
    where
        Self: 'a;
    type Entering<'a>
        = AcquireKey<'m, 'k, K, T>
    where
        Self: 'a;

    fn enter(&self) -> AcquireKey<'m, 'k, K, T> {
        self.acquire()
    }

    /// The address of the key's lock: of one entry, which lives as long as this head from now on.
    fn identity(&self) -> Option<*const ()> {
        let ticket = self.entry.get_or_init(|| self.map.ticket(self.wanted));
        Some(Arc::as_ptr(ticket.lock()).cast())
    }
}

impl<K: fmt::Debug, T> fmt::Debug for Key<'_, '_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("key", &self.wanted).finish_non_exhaustive()
    }
}

// === impl AcquireKey ===

impl<'m, K: Eq + Hash + Clone, T: Default> Future for AcquireKey<'m, '_, K, T> {
    type Output = KeyGuard<'m, K, T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let ticket = this.ticket.get_or_insert_with(|| this.map.ticket(this.key));
        if this.acquiring.is_none() {
            this.acquiring.set(Some(Arc::clone(ticket.lock()).acquire_owned()));
        }
        let acquiring = this.acquiring.as_mut().as_pin_mut().expect("it was just made");
        let guard = ready!(acquiring.poll(cx));
        this.acquiring.set(None);
        Poll::Ready(KeyGuard::new(guard, this.ticket.take().expect("it was just taken")))
    }
}

impl<K: fmt::Debug, T> fmt::Debug for AcquireKey<'_, '_, K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireKey").field("key", &self.key).finish_non_exhaustive()
    }
}
