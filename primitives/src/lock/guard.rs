//! The lock's data, and what reaches it: [`Guard`] and, in [`owned`], `OwnedGuard`.
//!
//! A guard is made of a [`Turn`] of its own lock, and turns into one again. So for each time that
//! the lock is held there is one guard, which is all that the `unsafe` here rests on.

#[cfg(feature = "std")]
pub(super) mod owned;

use core::cell::UnsafeCell;
use core::fmt;
use core::marker::PhantomData;
use core::mem;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

use super::Lock;
use super::monitor::{self, Turn};
use super::signal::signal;
use super::wait::{Wait, WaitFor, WaitForSome};
use crate::condition::ConditionOf;
use crate::guarded::Conditions;
use crate::queue::Waiter;

/// The data of a lock.
pub(super) struct DataCell<T: ?Sized>(UnsafeCell<T>);

// SAFETY: guards alone reach the data through a shared cell, and of those there is one at a time.
// That moves the data between threads, which takes `Send`, and does not share it.
unsafe impl<T: ?Sized + Send> Sync for DataCell<T> {}

impl<T> DataCell<T> {
    pub(super) const fn new(data: T) -> Self {
        Self(UnsafeCell::new(data))
    }

    pub(super) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> DataCell<T> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// # Safety
    ///
    /// The caller is the lock's guard, borrowed for `'_`.
    #[inline]
    unsafe fn of_guard(&self) -> &T {
        // SAFETY: the one guard is borrowed, so nobody writes.
        unsafe { &*self.0.get() }
    }

    /// # Safety
    ///
    /// The caller is the lock's guard, borrowed mutably for `'_`.
    #[inline]
    #[expect(clippy::mut_from_ref, reason = "the guard is borrowed mutably instead")]
    unsafe fn of_guard_mut(&self) -> &mut T {
        // SAFETY: the one guard is borrowed mutably, so nobody else reads or writes.
        unsafe { &mut *self.0.get() }
    }
}

/// An RAII guard of a [`Lock`](crate::Lock): proof that it is held, and access to its data.
///
/// Dropping the guard releases the lock; [`release`](Self::release) does so by name. (If the data has
/// a method `release` of its own, call it by `(*guard).release()`.)
/// The guard waits for the conditions of its lock and notifies them; see
/// [`#[guarded]`](crate::guarded) for where those come from.
///
/// # Examples
///
/// ```
/// use std::collections::VecDeque;
/// use underlock::{Condition, Lock, guarded};
///
/// #[guarded]
/// struct Mailbox {
///     lock: Lock,
///     #[guarded(lock)]
///     letters: VecDeque<String>,
///     #[condition(lock)]
///     arrived: Condition,
/// }
///
/// impl Mailbox {
///     async fn post(&self, letter: String) {
///         let mut state = self.lock.acquire().await;
///         state.letters.push_back(letter);
///         state.notify_one(&self.arrived);
///     }
///
///     async fn collect(&self) -> String {
///         let state = self.lock.acquire().await;
///         let (_state, letter) =
///             state.wait_for_some(&self.arrived, |state| state.letters.pop_front()).await;
///         letter
///     }
/// }
/// ```
#[doc(alias = "MutexGuard")]
#[must_use = "if unused, the lock is released at once"]
pub struct Guard<'a, T: ?Sized + Conditions<N>, const N: usize = 0> {
    lock: &'a Lock<T, N>,
    /// As if the data were in here: sending or sharing the guard sends or shares the data.
    _data: PhantomData<&'a mut T>,
}

// === impl Guard ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Guard<'a, T, N> {
    #[inline]
    fn new(lock: &'a Lock<T, N>, turn: Turn<'_, N>) -> Self {
        turn.into_held(&lock.queue);
        Self { lock, _data: PhantomData }
    }

    #[inline]
    pub(super) fn try_new(lock: &'a Lock<T, N>) -> Option<Self> {
        Turn::try_take(&lock.queue).map(|turn| Self::new(lock, turn))
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the uncontended path must not cost a call")]
    pub(super) fn poll_acquire(
        waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        cx: &mut Context<'_>,
    ) -> Poll<Self> {
        let lock = *waiter.handle();
        monitor::poll_acquire(waiter.seat(), cx).map(|turn| Self::new(lock, turn))
    }

    /// Polls a waiter that has released the lock to wait for condition `side`.
    #[inline]
    pub(super) fn poll_notified(
        waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        side: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Self> {
        let lock = *waiter.handle();
        monitor::poll_notified(waiter.seat(), side, cx).map(|turn| Self::new(lock, turn))
    }

    #[inline]
    pub(super) fn lock(&self) -> &'a Lock<T, N> {
        self.lock
    }

    /// Gives the lock up, once those were notified whose declared condition is true.
    #[inline]
    pub(super) fn into_turn(self) -> Turn<'a, N> {
        let this = mem::ManuallyDrop::new(self);
        // SAFETY: the guard was made of a turn of its lock, and is forgotten.
        let turn = unsafe { Turn::of_guard(&this.lock.queue) };
        signal(&this.lock.queue, &**this);
        turn
    }

    /// Releases the lock, as dropping the guard does.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let lock = underlock::Lock::new(5);
    /// let guard = lock.acquire().await;
    /// guard.release();
    /// assert!(!lock.is_locked());
    /// # }
    /// ```
    #[inline]
    pub fn release(self) {
        drop(self);
    }

    /// Releases the lock, waits until `condition` is notified, and returns with the lock.
    ///
    /// The data may be anything by then: a wait for something to become true is
    /// [`wait_for`](Self::wait_for). The guard goes into the future and comes out of it, because
    /// the lock is not held in between.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Condition, Lock, guarded};
    /// #[guarded]
    /// struct Feed {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     version: u64,
    ///     #[condition(lock)]
    ///     changed: Condition,
    /// }
    ///
    /// impl Feed {
    ///     async fn next_version(&self) -> u64 {
    ///         let mut state = self.lock.acquire().await;
    ///         state = state.wait(&self.changed).await;
    ///         state.version
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `condition` is a field of another value than the lock: see
    /// [`Condition`](crate::Condition#panics).
    ///
    /// # Fairness
    ///
    /// Waiters are notified in FIFO order. A notified waiter is requeued onto the lock (wait morphing)
    /// and woken when it is released. It can be barged until it has been polled; after that it keeps
    /// its place.
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped at any await point, which leaves the caller without the guard. Its
    /// notification, if it had one, goes to the next that was waiting when it came; a lock that it had
    /// been granted goes to the next in the queue.
    #[inline]
    #[track_caller]
    pub fn wait<C>(self, condition: &C) -> Wait<Self>
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.lock.side_of(condition);
        Wait::new(self, side)
    }

    /// Releases the lock and waits until `condition` is notified and `predicate` returns true.
    ///
    /// The predicate runs with the lock held: first right away, and if it is true then the lock is not
    /// released; after that, at each notification. A task that has spent tokio's cooperative budget
    /// yields before the first look, without the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Condition, Lock, guarded};
    /// #[guarded]
    /// struct Jobs {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     running: usize,
    ///     #[condition(lock)]
    ///     finished: Condition,
    /// }
    ///
    /// impl Jobs {
    ///     async fn drained(&self) {
    ///         let state = self.lock.acquire().await;
    ///         state.wait_for(&self.finished, |state| state.running == 0).await.release();
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait). If the predicate panics the lock is released; a notification is
    /// consumed, as in asyncio.
    ///
    /// # Cancel safety
    ///
    /// As for [`wait`](Self::wait).
    #[doc(alias = "wait_while")]
    #[inline]
    #[track_caller]
    pub fn wait_for<C, P>(self, condition: &C, predicate: P) -> WaitFor<Self, P>
    where
        C: ConditionOf<T> + ?Sized,
        P: FnMut(&T) -> bool,
    {
        let side = self.lock.side_of(condition);
        WaitFor::new(self, side, predicate)
    }

    /// Releases the lock and waits until `condition` is notified and `take` returns something.
    ///
    /// Like [`wait_for`](Self::wait_for) with a predicate that takes what it was waiting for, so
    /// that there is nothing to unwrap afterwards.
    ///
    /// # Examples
    ///
    /// See [`Guard`].
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait). If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`wait`](Self::wait). What `take` returned comes back in the same poll, so nothing is lost.
    #[inline]
    #[track_caller]
    pub fn wait_for_some<C, F, R>(self, condition: &C, take: F) -> WaitForSome<Self, F>
    where
        C: ConditionOf<T> + ?Sized,
        F: FnMut(&mut T) -> Option<R>,
    {
        let side = self.lock.side_of(condition);
        WaitForSome::new(self, side, take)
    }

    /// Notifies up to `n` of those who wait for `condition`, the longest waiting first.
    ///
    /// They acquire the lock after it is released, one after another. Notifications are not stored:
    /// with nobody waiting this does nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Condition, Lock, guarded};
    /// # #[guarded]
    /// # struct Jobs {
    /// #     lock: Lock,
    /// #     #[guarded(lock)]
    /// #     waiting: Vec<u32>,
    /// #     #[condition(lock)]
    /// #     arrived: Condition,
    /// # }
    /// async fn submit(jobs: &Jobs, batch: &[u32]) {
    ///     let mut state = jobs.lock.acquire().await;
    ///     state.waiting.extend(batch);
    ///     state.notify(&jobs.arrived, batch.len());
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[inline]
    #[track_caller]
    pub fn notify<C>(&self, condition: &C, n: usize)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.lock.side_of(condition);
        monitor::notify(&self.lock.queue, side, n);
    }

    /// Notifies the one who has waited longest for `condition`.
    ///
    /// # Examples
    ///
    /// See [`Guard`].
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[inline]
    #[track_caller]
    pub fn notify_one<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        self.notify(condition, 1);
    }

    /// Notifies all who wait for `condition`, in O(1) however many they are.
    ///
    /// They are woken, in FIFO order, by the release that leaves the lock to them, and acquire it one
    /// after another. No wake-up depends on another waiter's task having run.
    ///
    /// # Examples
    ///
    /// ```
    /// # use underlock::{Condition, Lock, guarded};
    /// # #[guarded]
    /// # struct Jobs {
    /// #     lock: Lock,
    /// #     #[guarded(lock)]
    /// #     closed: bool,
    /// #     #[condition(lock)]
    /// #     arrived: Condition,
    /// # }
    /// async fn close(jobs: &Jobs) {
    ///     let mut state = jobs.lock.acquire().await;
    ///     state.closed = true;
    ///     state.notify_all(&jobs.arrived);
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[doc(alias = "notify_waiters")]
    #[inline]
    #[track_caller]
    pub fn notify_all<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.lock.side_of(condition);
        monitor::notify_all(&self.lock.queue, side);
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> Drop for Guard<'_, T, N> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard was made of a turn of its lock, and is going away.
        let turn = unsafe { Turn::of_guard(&self.lock.queue) };
        signal(&self.lock.queue, &**self);
        drop(turn);
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> Deref for Guard<'_, T, N> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the lock's guard.
        unsafe { self.lock.data.of_guard() }
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> DerefMut for Guard<'_, T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this is the lock's guard.
        unsafe { self.lock.data.of_guard_mut() }
    }
}

impl<T: ?Sized + Conditions<N> + fmt::Debug, const N: usize> fmt::Debug for Guard<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + Conditions<N> + fmt::Display, const N: usize> fmt::Display for Guard<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
