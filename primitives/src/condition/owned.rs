//! [`OwnedConditionGuard`]: the guard of a condition that owns its share of it.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

use alloc::sync::Arc;

use super::{Condition, Only, Value};
use crate::lock::{AcquireOwned, CanWait, Lock, LockIn, OwnedGuard, Wait, WaitFor, WaitForSome};
use crate::queue::waiting;

/// A [`ConditionGuard`](crate::ConditionGuard) that owns its share of the [`Condition`], so that it may
/// move into a task: made by [`Condition::acquire_owned`].
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::Condition;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let inbox = Arc::new(Condition::new(Vec::new()));
/// let guard = Arc::clone(&inbox).acquire_owned().await;
/// let reader = tokio::spawn(async move { guard.wait_for_some(Vec::pop).await.1 });
///
/// let mut guard = inbox.acquire().await;
/// guard.push("hello");
/// guard.notify_one();
/// guard.release();
/// assert_eq!(reader.await.unwrap(), "hello");
/// # }
/// ```
#[must_use = "if unused, the lock is released at once"]
pub struct OwnedConditionGuard<T> {
    guard: OwnedGuard<Value<T>, 1, LockIn<Condition<T>, Value<T>, 1>>,
}

/// Waits for the lock of a [`Condition`] and gives its [`OwnedConditionGuard`]: the future of
/// [`Condition::acquire_owned`].
#[must_use = "a lock is not acquired until the future is awaited"]
pub struct AcquireOwnedCondition<T> {
    waiter: AcquireOwned<Value<T>, 1, LockIn<Condition<T>, Value<T>, 1>>,
    rest: (),
}

// The future within cleans up after itself.

waiting! {
    [T] AcquireOwnedCondition<T> {
        waiter: AcquireOwned<Value<T>, 1, LockIn<Condition<T>, Value<T>, 1>>, rest: ()
    }
    |_, (): &mut ()| ()
}

// === impl Condition, with a lock of its own ===

impl<T> Condition<T> {
    /// Waits for the lock and takes it with a guard that owns its share of the condition, to be sent
    /// where a borrow can't go.
    ///
    /// # Examples
    ///
    /// See [`OwnedConditionGuard`].
    ///
    /// # Cancel safety
    ///
    /// As for [`Lock::acquire`].
    pub fn acquire_owned(self: Arc<Self>) -> AcquireOwnedCondition<T> {
        let waiter = Lock::acquire_owned_by(self, |condition| &condition.lock);
        AcquireOwnedCondition { waiter, rest: () }
    }

    /// Takes the lock if it is free, as [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Condition;
    ///
    /// let condition = Arc::new(Condition::new(0));
    /// let guard = Arc::clone(&condition).try_acquire_owned();
    /// assert!(guard.is_some() && condition.is_locked());
    /// # drop(guard);
    /// ```
    #[must_use = "if unused, the lock is released at once"]
    pub fn try_acquire_owned(self: Arc<Self>) -> Option<OwnedConditionGuard<T>> {
        let guard = Lock::try_acquire_owned_by(self, |condition| &condition.lock)?;
        Some(OwnedConditionGuard { guard })
    }
}

// === impl OwnedConditionGuard ===

impl<T> OwnedConditionGuard<T> {
    /// Releases the lock, as dropping the guard does.
    ///
    /// # Examples
    ///
    /// See [`Condition`].
    pub fn release(self) {
        drop(self);
    }

    /// Releases the lock, waits to be notified, and acquires it again, as
    /// [`ConditionGuard::wait`](crate::ConditionGuard::wait) does.
    ///
    /// # Examples
    ///
    /// See [`OwnedConditionGuard`].
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    pub fn wait(self) -> Wait<Self> {
        Wait::new(self.guard, Only::SIDE)
    }

    /// Waits until `predicate` is true, as
    /// [`ConditionGuard::wait_for`](crate::ConditionGuard::wait_for) does.
    ///
    /// # Examples
    ///
    /// See [`OwnedConditionGuard`].
    ///
    /// # Panics
    ///
    /// If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    pub fn wait_for<P>(self, predicate: P) -> WaitFor<Self, P>
    where
        P: FnMut(&T) -> bool,
    {
        WaitFor::new(self.guard, Only::SIDE, predicate)
    }

    /// Waits until `take` returns something, and returns that, as
    /// [`ConditionGuard::wait_for_some`](crate::ConditionGuard::wait_for_some) does.
    ///
    /// # Examples
    ///
    /// See [`OwnedConditionGuard`].
    ///
    /// # Panics
    ///
    /// If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait_for_some`](crate::Guard::wait_for_some).
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
    /// See [`ConditionGuard::notify`](crate::ConditionGuard::notify).
    pub fn notify(&self, n: usize) {
        self.guard.notify(&Only, n);
    }

    /// Notifies the longest waiting.
    ///
    /// # Examples
    ///
    /// See [`ConditionGuard::notify`](crate::ConditionGuard::notify).
    pub fn notify_one(&self) {
        self.guard.notify_one(&Only);
    }

    /// Notifies all waiters, in O(1).
    ///
    /// # Examples
    ///
    /// See [`Condition`].
    pub fn notify_all(&self) {
        self.guard.notify_all(&Only);
    }
}

impl<T> CanWait for OwnedConditionGuard<T> {
    type Held = OwnedGuard<Value<T>, 1, LockIn<Condition<T>, Value<T>, 1>>;

    #[inline]
    fn of_held(guard: Self::Held) -> Self {
        Self { guard }
    }

    #[inline]
    fn data(held: &mut Value<T>) -> &mut T {
        &mut held.0
    }
}

impl<T> Deref for OwnedConditionGuard<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard.0
    }
}

impl<T> DerefMut for OwnedConditionGuard<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard.0
    }
}

impl<T: fmt::Debug> fmt::Debug for OwnedConditionGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// === impl AcquireOwnedCondition ===

impl<T> Future for AcquireOwnedCondition<T> {
    type Output = OwnedConditionGuard<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.split().0.poll(cx).map(|guard| OwnedConditionGuard { guard })
    }
}

impl<T> fmt::Debug for AcquireOwnedCondition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireOwnedCondition").finish_non_exhaustive()
    }
}
