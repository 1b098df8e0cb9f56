//! [`Lock`], asyncio's `Lock` with the data it protects inside.

#[expect(unsafe_code, reason = "guards reach the data through a raw pointer")]
mod guard;
mod identity;
pub(crate) mod monitor;
mod signal;
mod wait;
mod when;

use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use alloc::sync::Arc;

use self::guard::DataCell;
pub use self::guard::Guard;
#[cfg(feature = "std")]
pub use self::guard::owned::{LockIn, OwnedGuard, OwnsLock};
#[cfg(feature = "std")]
use self::guard::owned::{OwnedHandle, OwnedWaiter};
pub(crate) use self::identity::Identity;
use self::monitor::Monitor;
#[cfg(feature = "tokio")]
pub use self::wait::WaitWithin;
pub use self::wait::{CanWait, GiveUp, Wait, WaitFor, WaitForSome};
pub use self::when::{WaitUntil, When};
use crate::guarded::Conditions;
use crate::misuse;
use crate::queue::{WaitQueue, Waiter, queue_is_field, waiting};

/// A fair (FIFO) async lock that owns what it protects.
///
/// The data is reached through the [`Guard`] that acquiring gives, so it can't be touched without
/// the lock, and the lock can't be released twice or by somebody who does not hold it. To give the
/// fields of a struct of your own to one lock, with conditions to wait for, see
/// [`#[guarded]`](crate::guarded).
///
/// `N` is the number of conditions that share the lock; `#[guarded]` counts them, and a lock that
/// you write yourself has none.
///
/// # Examples
///
/// ```
/// use underlock::Lock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let scores = Lock::new(vec![3, 1, 2]);
/// {
///     let mut guard = scores.acquire().await;
///     guard.sort();
/// } // released here
/// assert_eq!(*scores.acquire().await, [1, 2, 3]);
/// # }
/// ```
///
/// # Fairness
///
/// FIFO with direct hand-off: the lock is granted in arrival order and can't be barged. A contended
/// release passes ownership to the first waiter, so the lock never appears free in between.
///
/// # Cancel safety
///
/// [`acquire`](Self::acquire) may be dropped at any await point. A waiter leaves no trace, and a lock
/// that it had been granted goes to the next.
///
/// # Releasing from a destructor
///
/// A destructor can't wait for the lock. What a task takes and has to return however it ends, by
/// cancellation too, is best a [`Permit`](crate::Permit): dropping it needs no lock and wakes the
/// next waiter. Where the count has to be under the lock, return it right away if the lock is free
/// and from a task otherwise:
///
/// ```
/// use std::sync::Arc;
/// use underlock::{Condition, Lock, guarded};
///
/// #[guarded]
/// struct Office {
///     lock: Lock,
///     #[guarded(lock)]
///     free_seats: usize,
///     #[condition(lock)]
///     freed: Condition,
/// }
///
/// struct Seat {
///     office: Arc<Office>,
/// }
///
/// impl Drop for Seat {
///     fn drop(&mut self) {
///         let office = Arc::clone(&self.office);
///         if let Some(mut state) = self.office.lock.try_acquire() {
///             state.free_seats += 1;
///             state.notify_one(&office.freed);
///         } else {
///             tokio::spawn(async move {
///                 let mut state = office.lock.acquire().await;
///                 state.free_seats += 1;
///                 state.notify_one(&office.freed);
///             });
///         }
///     }
/// }
/// # let lock = Lock::new(OfficeLock { free_seats: 0 });
/// # let office = Arc::new(Office { lock, freed: Condition::shared() });
/// # drop(Seat { office: Arc::clone(&office) });
/// # assert_eq!(office.lock.try_acquire().unwrap().free_seats, 1);
/// ```
///
/// # Futurelock
///
/// A futurelock is a future that was polled, and is then neither polled nor dropped while its task
/// waits for something that it holds ([Oxide RFD 609](https://rfd.shared.oxide.computer/rfd/0609)).
/// `select!` with a future by reference makes one easily. Where a task polled one `acquire` and then
/// awaits another of the same lock, it does not hang: if the first was granted the lock and is not
/// polled within a few polls of its task, the second takes the grant over and the first waits on in
/// its place, so that no other task is overtaken. (The two have to be polled with the same waker.
/// Combinators that give each of their futures a waker of its own hide that they are one task.)
///
/// # Panics
///
/// Nothing here panics by itself. A holder that panics releases the lock as its guard is dropped;
/// there is no poisoning, and the lock is `UnwindSafe` whatever it protects. A waker that panics does
/// so out of the release that wakes it, after the lock was handed off.
///
/// # Leaks
///
/// A leaked guard keeps the lock held. So does a leaked future, once the lock is granted to it.
///
/// # Where this comes from
///
/// [`asyncio.Lock`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock). What asyncio
/// answers with `RuntimeError: Lock is not acquired.` does not compile:
///
/// ```compile_fail
/// # let lock = underlock::Lock::new(());
/// lock.release(); // this lock is released without being held
/// ```
///
/// A task that acquires a lock it holds deadlocks, in both.
#[doc(alias = "Mutex")]
pub struct Lock<T: ?Sized = (), const N: usize = 0> {
    pub(crate) queue: WaitQueue<Monitor<N>>,
    /// Those of its conditions.
    identities: [Identity; N],
    data: DataCell<T>,
}

queue_is_field! { [T: ?Sized, const N: usize] Lock<T, N>: Monitor<N> = queue }

// A holder that panics leaves the data as it is, and there is no poisoning. Catching the panic shows
// nothing that other tasks could not see.
impl<T: ?Sized, const N: usize> UnwindSafe for Lock<T, N> {}
impl<T: ?Sized, const N: usize> RefUnwindSafe for Lock<T, N> {}

/// Waits for a [`Lock`] and gives its [`Guard`]: the future of [`Lock::acquire`].
#[must_use = "a lock is not acquired until the future is awaited"]
pub struct Acquire<'a, T: ?Sized, const N: usize = 0> {
    waiter: Waiter<&'a Lock<T, N>, u32>,
    rest: (),
}

waiting! {
    ['a, T: ?Sized, const N: usize]
    Acquire<'a, T, N> { waiter: Waiter<&'a Lock<T, N>, u32>, rest: () }
    |waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>, (): &mut ()| if !waiter.is_idle() {
        monitor::cancel(waiter.seat(), None);
    }
}

/// Waits for a [`Lock`] and gives an [`OwnedGuard`]: the future of [`Lock::acquire_owned`] and
/// [`Lock::acquire_owned_by`].
#[cfg(feature = "std")]
#[must_use = "a lock is not acquired until the future is awaited"]
pub struct AcquireOwned<T: ?Sized, const N: usize = 0, O = Arc<Lock<T, N>>>
where
    O: OwnsLock<T, N>,
{
    waiter: OwnedWaiter<T, N, O>,
    rest: (),
}

#[cfg(feature = "std")]
waiting! {
    [T: ?Sized, const N: usize, O: OwnsLock<T, N>]
    AcquireOwned<T, N, O> { waiter: OwnedWaiter<T, N, O>, rest: () }
    |waiter: Pin<&mut OwnedWaiter<T, N, O>>, (): &mut ()| if !waiter.is_idle() {
        monitor::cancel(waiter.seat(), None);
    }
}

// === impl Lock ===

impl<T, const N: usize> Lock<T, N> {
    crate::sync::const_fn! {
        /// Creates a free lock that owns `value`.
        ///
        /// # Examples
        ///
        /// ```
        /// use underlock::Lock;
        ///
        /// static HITS: Lock<u64> = Lock::new(0);
        /// ```
        #[must_use]
        pub const fn new(value: T) -> Self
        where
            T: Conditions<N>,
        {
            Self {
                queue: monitor::new_queue(),
                identities: [const { Identity::new() }; N],
                data: DataCell::new(value),
            }
        }
    }

    /// Consumes the lock and returns the data.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Lock::new(7).into_inner(), 7);
    /// ```
    #[must_use]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> Lock<T, N> {
    /// Acquires the lock, waiting until it is granted.
    ///
    /// Dropping the [`Guard`] releases the lock. See the type for [fairness](Self#fairness) and
    /// [cancel safety](Self#cancel-safety).
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let lock = underlock::Lock::new(1);
    /// let mut guard = lock.acquire().await;
    /// *guard += 1;
    /// guard.release();
    /// assert!(!lock.is_locked());
    /// # }
    /// ```
    #[doc(alias = "lock")]
    #[inline]
    pub fn acquire(&self) -> Acquire<'_, T, N> {
        Acquire { waiter: Waiter::new(self, 0), rest: () }
    }

    /// Acquires the lock if it is free.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = underlock::Lock::new(());
    /// let guard = lock.try_acquire();
    /// assert!(guard.is_some());
    /// assert!(lock.try_acquire().is_none());
    /// ```
    #[doc(alias = "try_lock")]
    #[must_use = "if unused, the lock is released at once"]
    #[inline]
    pub fn try_acquire(&self) -> Option<Guard<'_, T, N>> {
        Guard::try_new(self)
    }

    /// Waits for the lock and takes it with a guard that owns its share of the lock, to be sent
    /// where a borrow can't go.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Lock;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let lock = Arc::new(Lock::new(0));
    /// let mut guard = Arc::clone(&lock).acquire_owned().await;
    /// tokio::spawn(async move { *guard += 1 }).await.unwrap();
    /// assert_eq!(*lock.acquire().await, 1);
    /// # }
    /// ```
    #[doc(alias = "lock_owned")]
    #[cfg(feature = "std")]
    pub fn acquire_owned(self: Arc<Self>) -> AcquireOwned<T, N> {
        AcquireOwned::new(self)
    }

    /// Takes the lock if nobody holds it, as [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Lock;
    ///
    /// let lock = Arc::new(Lock::new(0));
    /// let guard = Arc::clone(&lock).try_acquire_owned().unwrap();
    /// assert!(Arc::clone(&lock).try_acquire_owned().is_none());
    /// # drop(guard);
    /// ```
    #[doc(alias = "try_lock_owned")]
    #[cfg(feature = "std")]
    #[must_use = "if unused, the lock is released at once"]
    pub fn try_acquire_owned(self: Arc<Self>) -> Option<OwnedGuard<T, N>> {
        OwnedGuard::try_new(self)
    }

    /// Waits for the lock that `find` returns, a field of what `owner` owns, and takes it with a guard
    /// that keeps `owner`: what [`acquire_owned`](Self::acquire_owned) is for a lock in an `Arc` of its
    /// own.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::{Lock, guarded};
    ///
    /// #[guarded]
    /// struct Counter {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     hits: u64,
    /// }
    ///
    /// impl Counter {
    ///     /// Counts in a task, in the order of the calls.
    ///     async fn hit(self: Arc<Self>) {
    ///         let mut state = Lock::acquire_owned_by(self, |counter| &counter.lock).await;
    ///         tokio::spawn(async move { state.hits += 1 });
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let counter = Arc::new(Counter { lock: Lock::new(CounterLock { hits: 0 }) });
    /// Arc::clone(&counter).hit().await;
    /// assert_eq!(counter.lock.acquire().await.hits, 1);
    /// # }
    /// ```
    ///
    /// The lock has to be borrowed from what is owned, which is what keeps it:
    ///
    /// ```compile_fail
    /// # use std::sync::Arc;
    /// # use underlock::Lock;
    /// # let (owner, other) = (Arc::new(()), Lock::new(0));
    /// let guard = Lock::try_acquire_owned_by(owner, |_| &other); // `other` may be gone before it
    /// ```
    #[cfg(feature = "std")]
    pub fn acquire_owned_by<S, F>(owner: Arc<S>, find: F) -> AcquireOwned<T, N, LockIn<S, T, N>>
    where
        S: ?Sized,
        F: for<'s> FnOnce(&'s S) -> &'s Self,
    {
        AcquireOwned::new(LockIn::new(owner, find))
    }

    /// Takes the lock if it is free, as [`acquire_owned_by`](Self::acquire_owned_by) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Lock;
    ///
    /// let locks = Arc::new([Lock::new(0), Lock::new(0)]);
    /// let second = Lock::try_acquire_owned_by(Arc::clone(&locks), |locks| &locks[1]);
    /// assert!(!locks[0].is_locked() && locks[1].is_locked());
    /// # drop(second);
    /// ```
    #[cfg(feature = "std")]
    #[must_use = "if unused, the lock is released at once"]
    pub fn try_acquire_owned_by<S, F>(
        owner: Arc<S>,
        find: F,
    ) -> Option<OwnedGuard<T, N, LockIn<S, T, N>>>
    where
        S: ?Sized,
        F: for<'s> FnOnce(&'s S) -> &'s Self,
    {
        OwnedGuard::try_new(LockIn::new(owner, find))
    }

    /// Waits for the lock by blocking this thread.
    ///
    /// For threads outside the runtime, `spawn_blocking` and `block_in_place` among them. In async
    /// code it would keep the thread from running the very task that holds the lock: use
    /// [`acquire`](Self::acquire) there.
    ///
    /// # Panics
    ///
    /// With feature `tokio`, panics if it has to wait on a thread that is running a runtime's tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = underlock::Lock::new(0);
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| *lock.blocking_acquire() += 1);
    ///     }
    /// });
    /// assert_eq!(lock.into_inner(), 4);
    /// ```
    #[doc(alias = "blocking_lock")]
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire(&self) -> Guard<'_, T, N> {
        match self.try_acquire() {
            Some(guard) => guard,
            None => crate::blocking::block_on(self.acquire()),
        }
    }

    /// Whether the lock is held, or granted to a waiter that has not collected it yet.
    ///
    /// A contended release grants the lock to the first waiter, so this stays true, where asyncio's
    /// `locked()` is false until that task has run.
    ///
    /// # Examples
    ///
    /// ```
    /// let lock = underlock::Lock::new(());
    /// assert!(!lock.is_locked());
    /// let guard = lock.try_acquire();
    /// assert!(lock.is_locked());
    /// # drop(guard);
    /// ```
    #[must_use]
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.queue.word().flag()
    }

    /// Returns a mutable reference to the data, without locking: the borrow proves that nobody else has
    /// it.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut lock = underlock::Lock::new(1);
    /// *lock.get_mut() = 2;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    #[must_use]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: misuse::LockHeld,
    {
    }
}

misuse::not_to_be_awaited! { [T, const N: usize] Lock<T, N>: LockAwaited }

impl<T: Default + Conditions<N>, const N: usize> Default for Lock<T, N> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Conditions<N>, const N: usize> From<T> for Lock<T, N> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows whether the lock is held and how many wait, and not the data.
#[expect(clippy::missing_fields_in_debug, reason = "the data is not ours to read")]
impl<T: ?Sized, const N: usize> fmt::Debug for Lock<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (locked, waiters) = monitor::holder_and_waiters(&self.queue);
        f.debug_struct("Lock").field("locked", &locked).field("waiters", &waiters).finish()
    }
}

// === impl Acquire ===

impl<T: ?Sized, const N: usize> Acquire<'_, T, N> {
    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: misuse::AcquireAwaited,
    {
    }
}

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Future for Acquire<'a, T, N> {
    type Output = Guard<'a, T, N>;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the uncontended path must not cost a call")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Guard::poll_acquire(self.split().0, cx)
    }
}

impl<T: ?Sized, const N: usize> fmt::Debug for Acquire<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquire").finish_non_exhaustive()
    }
}

// === impl AcquireOwned ===

#[cfg(feature = "std")]
impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> AcquireOwned<T, N, O> {
    fn new(owner: O) -> Self {
        Self { waiter: Waiter::new(OwnedHandle::new(owner), 0), rest: () }
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> Future
    for AcquireOwned<T, N, O>
{
    type Output = OwnedGuard<T, N, O>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        OwnedGuard::poll_acquire(self.split().0, cx)
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize, O: OwnsLock<T, N>> fmt::Debug for AcquireOwned<T, N, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireOwned").finish_non_exhaustive()
    }
}
