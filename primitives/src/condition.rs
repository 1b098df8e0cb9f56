//! [`Condition`], asyncio's `Condition`, with a lock of its own or sharing a struct's.

#[cfg(feature = "std")]
mod owned;

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
pub use self::owned::{AcquireOwnedCondition, OwnedConditionGuard};
use crate::guarded::Conditions;
use crate::lock::{Acquire, CanWait, Guard, Identity, Lock, Wait, WaitFor, WaitForSome, monitor};
use crate::misuse;
use crate::queue::waiting;
use crate::sealed::Sealed;

/// A condition variable: tasks wait until another says that something has changed.
///
/// It comes in three kinds. [`Condition::new`] owns its lock and data, as asyncio's `Condition()`
/// does: acquire it and wait or notify with the [`ConditionGuard`]. [`Condition::shared`] is a
/// field of a [`#[guarded]`](crate::guarded) struct and belongs to one of the struct's locks, as
/// asyncio's `Condition(lock)` does: the lock's [`Guard`] waits and notifies, any number of
/// conditions share one lock, and a field takes four bytes. One that is
/// [declared](crate::guarded#declared-conditions), `#[condition(lock, when = |state| …)]`, says when it
/// is true and signals itself: [`Lock::when`] enters the lock once it is.
///
/// Waiting or notifying without the lock does not compile.
///
/// # Panics
///
/// A guard that is given the condition of another value of its struct panics, as asyncio raises a
/// `RuntimeError`: it would notify those who wait beside its own lock. The two are taken to belong
/// together when they are first used together, so whoever puts another lock into a value puts new
/// conditions beside it.
///
/// # Examples
///
/// One with a lock of its own:
///
/// ```
/// use std::sync::Arc;
/// use underlock::Condition;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let ready = Arc::new(Condition::new(false));
/// let waiter = tokio::spawn({
///     let ready = Arc::clone(&ready);
///     async move {
///         let guard = ready.acquire().await;
///         guard.wait_for(|ready| *ready).await.release();
///     }
/// });
///
/// let mut guard = ready.acquire().await;
/// *guard = true;
/// guard.notify_all();
/// guard.release();
/// waiter.await.unwrap();
/// # }
/// ```
///
/// Two that share a lock: see [`Guard`].
///
/// # Fairness
///
/// FIFO: notifications go to those who have waited longest. Notified waiters are requeued onto the
/// lock in that order (wait morphing) and woken when it is released. Until a woken waiter is polled it
/// can be barged; after that it keeps its place.
///
/// # Cancel safety
///
/// A wait may be dropped at any await point. One that had been notified passes its notification to
/// the next, if others were waiting when it was notified, so none is lost; the lock is not held
/// afterwards.
///
/// # Futurelock
///
/// All that a release notified are woken by it, so a waiter whose task is busy, or whose future is
/// neither polled nor dropped, keeps none of the others asleep. Those that run before it let it go
/// first for one poll, and no longer.
///
/// # Leaks
///
/// A guard that is leaked keeps the lock held, as does a wait that was never polled, or that the lock
/// is granted to. A wait that is leaked before it was notified consumes the notification that reaches
/// it.
///
/// # Where this comes from
///
/// [`asyncio.Condition`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Condition).
/// It differs in two points. asyncio takes the lock again before it reports a cancelled wait, which a
/// dropped future can't do. And asyncio wakes whom it notifies immediately, to queue for the lock that
/// the notifier still holds; here it is woken when the lock is released, which spares a spurious
/// wake-up. Whoever asks for the lock while the notifier goes on holding it may get it first.
///
/// ```compile_fail
/// # let condition = underlock::Condition::new(0);
/// condition.notify_one(); // this condition is notified without holding its lock
/// ```
#[doc(alias = "Condvar")]
#[doc(alias = "Notify")]
pub struct Condition<T: ?Sized = (), K: Kind<T> = Owned> {
    lock: K::Lock,
    _state: PhantomData<fn() -> *const T>,
}

/// The kind of condition that has a lock of its own.
#[derive(Debug)]
pub enum Owned {}

/// The kind of condition that shares a lock: the `SIDE`-th of them.
#[derive(Debug)]
pub enum Shared<const SIDE: usize> {}

/// The kind of condition that shares a lock, as [`Shared`] does, and signals itself: it is
/// [declared](crate::guarded#declared-conditions) with a predicate.
#[derive(Debug)]
pub enum Declared<const SIDE: usize> {}

/// What tells the two kinds of [`Condition`] apart. Not to be implemented elsewhere.
#[doc(hidden)]
pub trait Kind<T: ?Sized>: Sealed {
    type Lock;
}

impl<T> Kind<T> for Owned {
    type Lock = Lock<Value<T>, 1>;
}

impl<T: ?Sized, K: SharesLock> Kind<T> for K {
    type Lock = Identity;
}

impl Sealed for Owned {}
impl<const SIDE: usize> Sealed for Shared<SIDE> {}
impl<const SIDE: usize> Sealed for Declared<SIDE> {}

/// The kinds that share a lock.
#[doc(hidden)]
pub trait SharesLock: Sealed {
    const SIDE: usize;
}

impl<const SIDE: usize> SharesLock for Shared<SIDE> {
    const SIDE: usize = SIDE;
}

impl<const SIDE: usize> SharesLock for Declared<SIDE> {
    const SIDE: usize = SIDE;
}

/// One of a lock's conditions, by the list of those who wait for it.
#[doc(hidden)]
pub trait Numbered: Sealed {
    const SIDE: usize;

    /// What tells it from that of another value, unless there can be none.
    fn identity(&self) -> Option<&Identity>;
}

impl<T: ?Sized, K: SharesLock> Sealed for Condition<T, K> {}

impl<T: ?Sized, K: SharesLock> Numbered for Condition<T, K> {
    const SIDE: usize = K::SIDE;

    #[inline]
    fn identity(&self) -> Option<&Identity> {
        Some(&self.lock)
    }
}

/// A condition of the lock that owns `T`, which is waited for and notified by name. Not to be implemented
/// elsewhere.
#[diagnostic::on_unimplemented(
    message = "this condition belongs to another lock than the one that is held",
    label = "the guard holds the lock of `{T}`, and this is none of its conditions",
    note = "a guard waits for and notifies the conditions of its own lock: those that name the \
            lock, as in `#[condition(lock)]`, in the same struct"
)]
pub trait ConditionOf<T: ?Sized>: Numbered {}

impl<T: ?Sized, const SIDE: usize> ConditionOf<T> for Condition<T, Shared<SIDE>> {}

#[doc(hidden)]
impl<T: ?Sized, const SIDE: usize> ConditionOf<T> for Condition<T, Declared<SIDE>> where
    for<'never> &'never misuse::Itself: misuse::NotDeclared
{
}

/// A [declared](crate::guarded#declared-conditions) condition of the lock that owns `T`. Not to be
/// implemented elsewhere.
#[diagnostic::on_unimplemented(
    message = "this condition belongs to another lock than the one that waits for it",
    label = "the lock owns a `{T}`, and this is none of its conditions",
    note = "a lock waits for its own conditions: those that name the lock, as in \
            `#[condition(lock, when = …)]`, in the same struct"
)]
pub trait DeclaredOf<T: ?Sized>: Numbered {}

impl<T: ?Sized, const SIDE: usize> DeclaredOf<T> for Condition<T, Declared<SIDE>> {}

#[doc(hidden)]
impl<T: ?Sized, const SIDE: usize> DeclaredOf<T> for Condition<T, Shared<SIDE>> where
    for<'never> &'never misuse::Itself: misuse::IsDeclared
{
}

/// The data of a [`Condition`] that has a lock of its own.
#[derive(Debug)]
pub struct Value<T>(T);

impl<T> Conditions<1> for Value<T> {}

/// The proof that a [`Condition`]'s own lock is held, and the way to its data.
///
/// # Examples
///
/// See [`Condition`].
#[must_use = "if unused, the lock is released at once"]
pub struct ConditionGuard<'a, T> {
    guard: Guard<'a, Value<T>, 1>,
}

/// Waits for the lock of a [`Condition`] and gives its [`ConditionGuard`]: the future of
/// [`Condition::acquire`].
#[must_use = "a lock is not acquired until the future is awaited"]
pub struct AcquireCondition<'a, T> {
    waiter: Acquire<'a, Value<T>, 1>,
    rest: (),
}

// The future within cleans up after itself.

waiting! {
    ['a, T] AcquireCondition<'a, T> { waiter: Acquire<'a, Value<T>, 1>, rest: () } |_, (): &mut ()| ()
}

/// The one condition of the lock in a `Condition<T>`, as its guard knows it.
struct Only;

impl Only {
    const SIDE: usize = 0;
}

impl Sealed for Only {}

impl Numbered for Only {
    const SIDE: usize = 0;

    #[inline]
    fn identity(&self) -> Option<&Identity> {
        None
    }
}

impl<T: ?Sized> ConditionOf<T> for Only {}

// === impl Condition, with a lock of its own ===

impl<T> Condition<T> {
    crate::sync::const_fn! {
        /// Makes a condition with a lock of its own that owns `value`.
        ///
        /// # Examples
        ///
        /// ```
        /// use underlock::Condition;
        ///
        /// static QUEUE_LENGTH: Condition<usize> = Condition::new(0);
        /// ```
        #[must_use]
        pub const fn new(value: T) -> Self {
            Self { lock: Lock::new(Value(value)), _state: PhantomData }
        }
    }

    /// Consumes the condition and returns the data.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Condition::new(7).into_inner(), 7);
    /// ```
    #[must_use]
    pub fn into_inner(self) -> T {
        self.lock.into_inner().0
    }

    /// Returns a mutable reference to the data, without locking: the borrow proves that nobody else has
    /// it. Nobody waits either, so there is nobody to notify.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut condition = underlock::Condition::new(1);
    /// *condition.get_mut() = 2;
    /// assert_eq!(condition.into_inner(), 2);
    /// ```
    #[must_use]
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.lock.get_mut().0
    }

    /// Acquires the lock, waiting for it if it is held.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let condition = underlock::Condition::new(1);
    /// *condition.acquire().await += 1;
    /// assert_eq!(*condition.acquire().await, 2);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As for [`Lock::acquire`].
    #[inline]
    pub fn acquire(&self) -> AcquireCondition<'_, T> {
        AcquireCondition { waiter: self.lock.acquire(), rest: () }
    }

    /// Acquires the lock if it is free.
    ///
    /// # Examples
    ///
    /// ```
    /// let condition = underlock::Condition::new(());
    /// let guard = condition.try_acquire();
    /// assert!(condition.try_acquire().is_none());
    /// # drop(guard);
    /// ```
    #[must_use = "if unused, the lock is released at once"]
    pub fn try_acquire(&self) -> Option<ConditionGuard<'_, T>> {
        self.lock.try_acquire().map(|guard| ConditionGuard { guard })
    }

    /// Acquires the lock by blocking this thread.
    ///
    /// For threads outside the runtime, as [`Lock::blocking_acquire`] is. Such a thread can change the
    /// data and notify; to wait for a notification takes a task.
    ///
    /// # Panics
    ///
    /// With feature `tokio`, panics if it has to wait on a thread that is running a runtime's tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Condition;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let loaded = Arc::new(Condition::new(None));
    /// std::thread::spawn({
    ///     let loaded = Arc::clone(&loaded);
    ///     move || {
    ///         let mut guard = loaded.blocking_acquire();
    ///         *guard = Some(7);
    ///         guard.notify_all();
    ///     }
    /// });
    /// let guard = loaded.acquire().await;
    /// assert_eq!(*guard.wait_for(Option::is_some).await, Some(7));
    /// # }
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire(&self) -> ConditionGuard<'_, T> {
        ConditionGuard { guard: self.lock.blocking_acquire() }
    }

    /// Whether the lock is held, or has been handed to a waiter.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!underlock::Condition::new(()).is_locked());
    /// ```
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }
}

misuse::not_to_be_awaited! { [T] Condition<T>: ConditionAwaited }

impl<T: Default> Default for Condition<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// Shows whether the lock is held and how many wait to be notified.
impl<T> fmt::Debug for Condition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition")
            .field("locked", &self.is_locked())
            .field("waiters", &monitor::waiting_for(&self.lock.queue, 0))
            .finish()
    }
}

// === impl Condition, of a struct's lock ===

impl<T: ?Sized, K: SharesLock> Condition<T, K> {
    /// Makes a condition that shares the lock of the [`#[guarded]`](crate::guarded) struct that it
    /// is a field of.
    ///
    /// # Examples
    ///
    /// See [`guarded`](crate::guarded).
    #[must_use]
    pub const fn shared() -> Self {
        Self { lock: Identity::new(), _state: PhantomData }
    }
}

misuse::not_to_be_awaited! {
    [T: ?Sized, const SIDE: usize] Condition<T, Shared<SIDE>>: SharedConditionAwaited
}

impl<T: ?Sized, K: SharesLock> Default for Condition<T, K> {
    fn default() -> Self {
        Self::shared()
    }
}

/// Shows the kind alone: the waiters are the lock's.
impl<T: ?Sized, K: SharesLock> fmt::Debug for Condition<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").finish_non_exhaustive()
    }
}

// === impl ConditionGuard ===

impl<T> ConditionGuard<'_, T> {
    /// Releases the lock, as dropping the guard does.
    ///
    /// # Examples
    ///
    /// See [`Condition`].
    pub fn release(self) {
        drop(self);
    }

    /// Releases the lock, waits to be notified, and acquires it again.
    ///
    /// The data may be anything by then: a wait for something to become true is
    /// [`wait_for`](Self::wait_for).
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn next(version: &underlock::Condition<u64>) -> u64 {
    /// let mut guard = version.acquire().await;
    /// guard = guard.wait().await;
    /// *guard
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`].
    pub fn wait(self) -> Wait<Self> {
        Wait::new(self.guard, Only::SIDE)
    }

    /// Waits until `predicate` is true: releases the lock, waits to be notified, and asks again with the
    /// lock acquired. Does not release it if the predicate is true from the start.
    ///
    /// # Examples
    ///
    /// See [`Condition`].
    ///
    /// # Panics
    ///
    /// If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`].
    #[doc(alias = "wait_while")]
    pub fn wait_for<P>(self, predicate: P) -> WaitFor<Self, P>
    where
        P: FnMut(&T) -> bool,
    {
        WaitFor::new(self.guard, Only::SIDE, predicate)
    }

    /// Waits as [`wait_for`](Self::wait_for) does until `take` returns something, and returns that.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn next(inbox: &underlock::Condition<Vec<String>>) -> String {
    /// let guard = inbox.acquire().await;
    /// let (_guard, letter) = guard.wait_for_some(Vec::pop).await;
    /// letter
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`]. What `take` returned comes back in the same poll, so nothing is lost.
    pub fn wait_for_some<F, R>(self, take: F) -> WaitForSome<Self, F>
    where
        F: FnMut(&mut T) -> Option<R>,
    {
        WaitForSome::new(self.guard, Only::SIDE, take)
    }

    /// Notifies up to `n` waiters, the longest waiting first. Notifications are not stored: with nobody
    /// waiting this does nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn deliver(inbox: &underlock::Condition<Vec<String>>, letters: Vec<String>) {
    /// let mut guard = inbox.acquire().await;
    /// guard.notify(letters.len());
    /// guard.extend(letters);
    /// # }
    /// ```
    pub fn notify(&self, n: usize) {
        self.guard.notify(&Only, n);
    }

    /// Notifies the longest waiting.
    ///
    /// # Examples
    ///
    /// See [`notify`](Self::notify).
    pub fn notify_one(&self) {
        self.guard.notify_one(&Only);
    }

    /// Notifies all waiters, in O(1).
    ///
    /// # Examples
    ///
    /// See [`Condition`].
    #[doc(alias = "notify_waiters")]
    pub fn notify_all(&self) {
        self.guard.notify_all(&Only);
    }
}

impl<'a, T> CanWait for ConditionGuard<'a, T> {
    type Held = Guard<'a, Value<T>, 1>;

    #[inline]
    fn of_held(guard: Guard<'a, Value<T>, 1>) -> Self {
        Self { guard }
    }

    #[inline]
    fn data<'g>(guard: &'g mut Guard<'a, Value<T>, 1>) -> &'g mut T {
        &mut guard.0
    }
}

impl<T> Deref for ConditionGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard.0
    }
}

impl<T> DerefMut for ConditionGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard.0
    }
}

impl<T: fmt::Debug> fmt::Debug for ConditionGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// === impl AcquireCondition ===

impl<'a, T> Future for AcquireCondition<'a, T> {
    type Output = ConditionGuard<'a, T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.split().0.poll(cx).map(|guard| ConditionGuard { guard })
    }
}

impl<T> fmt::Debug for AcquireCondition<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireCondition").finish_non_exhaustive()
    }
}
