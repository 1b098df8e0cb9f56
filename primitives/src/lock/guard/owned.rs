//! [`OwnedGuard`], and what it owns: an `Arc` of its lock, or of a struct that its lock is a field
//! of.

use core::fmt;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::ptr::{self, NonNull};
use core::task::{Context, Poll, Waker, ready};

use alloc::sync::Arc;

use crate::condition::ConditionOf;
use crate::guarded::Conditions;
use crate::lock::Lock;
use crate::lock::monitor::{self, Monitor, Turn};
use crate::lock::signal::signal;
use crate::lock::wait::{Parks, Wait, WaitFor, WaitForSome};
use crate::queue::{Handle, Seat, WaitQueue, Waiter};
use crate::sealed::Sealed;

/// A [`Guard`](crate::Guard) that owns its share of the lock, so that it may move into a task.
///
/// [`Lock::acquire_owned`] makes one of an `Arc<Lock<T>>`, and [`Lock::acquire_owned_by`] one of an
/// `Arc` of the struct that the lock is a field of; `O` says which. It waits for the conditions of its
/// lock and notifies them, as a [`Guard`](crate::Guard) does.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::{Lock, OwnedGuard};
///
/// fn settle(mut account: OwnedGuard<i64>) {
///     *account = 0;
/// } // released here
///
/// let account = Arc::new(Lock::new(-5));
/// settle(account.clone().try_acquire_owned().unwrap());
/// assert_eq!(*account.try_acquire().unwrap(), 0);
/// ```
///
/// Of a `#[guarded]` struct:
///
/// ```
/// use std::sync::Arc;
/// use underlock::{Condition, Lock, guarded};
///
/// #[guarded]
/// struct Inbox {
///     lock: Lock,
///     #[guarded(lock)]
///     letters: Vec<String>,
///     #[condition(lock)]
///     arrived: Condition,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lock = Lock::new(InboxLock { letters: Vec::new() });
/// let inbox = Arc::new(Inbox { lock, arrived: Condition::shared() });
///
/// // The lock is held from here on, and released by the task.
/// let state = Lock::acquire_owned_by(Arc::clone(&inbox), |inbox| &inbox.lock).await;
/// let reader = tokio::spawn({
///     let inbox = Arc::clone(&inbox);
///     async move {
///         let (_state, letter) =
///             state.wait_for_some(&inbox.arrived, |state| state.letters.pop()).await;
///         letter
///     }
/// });
///
/// let mut state = inbox.lock.acquire().await;
/// state.letters.push("hello".to_owned());
/// state.notify_one(&inbox.arrived);
/// state.release();
/// assert_eq!(reader.await.unwrap(), "hello");
/// # }
/// ```
#[doc(alias = "OwnedMutexGuard")]
#[must_use = "if unused, the lock is released at once"]
pub struct OwnedGuard<T: ?Sized + Conditions<N>, const N: usize = 0, O = Arc<Lock<T, N>>>
where
    O: OwnsLock<T, N>,
{
    owner: O,
    /// As if the data were in here: sending or sharing the guard sends or shares the data.
    _data: PhantomData<T>,
}

/// What an [`OwnedGuard`] may own. Not to be implemented elsewhere.
///
/// # Safety
///
/// `lock` returns the same lock, at the same address, wherever the owner is moved, until it is
/// dropped.
pub unsafe trait OwnsLock<T: ?Sized, const N: usize>: Sealed {
    #[doc(hidden)]
    fn lock(&self) -> &Lock<T, N>;
}

/// A share of a struct that a lock is a field of, and the way to that lock: what the [`OwnedGuard`] of
/// [`Lock::acquire_owned_by`] owns.
pub struct LockIn<S: ?Sized, T: ?Sized, const N: usize = 0> {
    /// A lock that `owner` keeps where it is.
    lock: NonNull<Lock<T, N>>,
    owner: Arc<S>,
}

/// How a waiter holds on to the lock of an [`OwnedGuard`]: as the guard does, while there is none.
pub(crate) struct OwnedHandle<T: ?Sized, const N: usize, O> {
    owner: Option<O>,
    _lock: PhantomData<fn(&Lock<T, N>)>,
}

/// The waiter of a future that owns its share of a lock.
pub(crate) type OwnedWaiter<T, const N: usize, O> = Waiter<OwnedHandle<T, N, O>, u32>;

// === owners ===

impl<T: ?Sized, const N: usize> Sealed for Arc<Lock<T, N>> {}

// SAFETY: what an `Arc` owns stays where it is.
unsafe impl<T: ?Sized, const N: usize> OwnsLock<T, N> for Arc<Lock<T, N>> {
    #[inline]
    fn lock(&self) -> &Lock<T, N> {
        self
    }
}

impl<S: ?Sized, T: ?Sized, const N: usize> Sealed for LockIn<S, T, N> {}

// SAFETY: the pointer is the same wherever it is moved, and so is what it points to, as `lock` says.
unsafe impl<S: ?Sized, T: ?Sized, const N: usize> OwnsLock<T, N> for LockIn<S, T, N> {
    #[inline]
    fn lock(&self) -> &Lock<T, N> {
        // SAFETY: it was reached through a shared borrow of what `owner` owns, and could have been
        // through one of any length. That is what lasts: the `Arc` is here, so the value is neither
        // moved nor dropped, and an `Arc` lends nothing exclusively while there are two, or by the
        // one in here.
        unsafe { self.lock.as_ref() }
    }
}

impl<S: ?Sized, T: ?Sized, const N: usize> LockIn<S, T, N> {
    /// `find` has to do with a borrow of any length, so what it returns is borrowed from the struct
    /// or from what outlives it.
    pub(in crate::lock) fn new(
        owner: Arc<S>,
        find: impl for<'s> FnOnce(&'s S) -> &'s Lock<T, N>,
    ) -> Self {
        let lock = NonNull::from(find(&owner));
        Self { lock, owner }
    }
}

// SAFETY: it is the `Arc`, and a reference to the lock.
unsafe impl<S: ?Sized, T: ?Sized, const N: usize> Send for LockIn<S, T, N>
where
    Arc<S>: Send,
    Lock<T, N>: Sync,
{
}

// SAFETY: as for `Send`.
unsafe impl<S: ?Sized, T: ?Sized, const N: usize> Sync for LockIn<S, T, N>
where
    Arc<S>: Sync,
    Lock<T, N>: Sync,
{
}

impl<S: ?Sized, T: ?Sized, const N: usize> fmt::Debug for LockIn<S, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockIn").field("lock", &self.lock()).finish_non_exhaustive()
    }
}

// === impl OwnedHandle ===

impl<T: ?Sized, const N: usize, O> OwnedHandle<T, N, O> {
    pub(in crate::lock) fn new(owner: O) -> Self {
        Self { owner: Some(owner), _lock: PhantomData }
    }

    /// The handle of a waiter whose guard is still there.
    fn of_guard() -> Self {
        Self { owner: None, _lock: PhantomData }
    }
}

// SAFETY: a field of the owner's lock, which stays where it is until the owner is taken from here.
unsafe impl<T: ?Sized, const N: usize, O: OwnsLock<T, N>> Handle for OwnedHandle<T, N, O> {
    type Protocol = Monitor<N>;

    #[inline]
    fn queue(&self) -> &WaitQueue<Monitor<N>> {
        let owner = self.owner.as_ref().expect("a future is polled after it was ready");
        &owner.lock().queue
    }
}

// === impl OwnedGuard ===

impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> OwnedGuard<T, N, O> {
    pub(in crate::lock) fn try_new(owner: O) -> Option<Self> {
        let queue = &owner.lock().queue;
        Turn::try_take(queue)?.into_held(queue);
        Some(Self { owner, _data: PhantomData })
    }

    pub(in crate::lock) fn poll_acquire(
        mut waiter: Pin<&mut OwnedWaiter<T, N, O>>,
        cx: &mut Context<'_>,
    ) -> Poll<Self> {
        let seat = waiter.as_mut().seat();
        let queue = seat.queue();
        ready!(monitor::poll_acquire(seat, cx)).into_held(queue);
        Poll::Ready(Self::of_waiter(waiter))
    }

    /// The guard of a waiter that was just given the lock.
    fn of_waiter(waiter: Pin<&mut OwnedWaiter<T, N, O>>) -> Self {
        let owner = waiter.handle_mut().owner.take();
        Self { owner: owner.expect("polled through it"), _data: PhantomData }
    }

    /// Turns the guard into a turn, of the lock that the waiter holds on to from then on, once those
    /// were notified whose declared condition is true.
    fn into_turn(
        self,
        mut waiter: Pin<&mut OwnedWaiter<T, N, O>>,
    ) -> (Seat<'_, Monitor<N>>, Turn<'_, N>) {
        signal(self.queue(), &*self);
        let guard = ManuallyDrop::new(self);
        signal(guard.queue(), &**guard);
        // SAFETY: the guard is forgotten, so this is the one owner.
        let owner = unsafe { ptr::read(&raw const guard.owner) };
        waiter.as_mut().handle_mut().owner = Some(owner);
        let seat = waiter.seat();
        // SAFETY: the guard was made of a turn of this lock, and is forgotten.
        let turn = unsafe { Turn::of_guard(seat.queue()) };
        (seat, turn)
    }

    #[inline]
    fn queue(&self) -> &WaitQueue<Monitor<N>> {
        &self.owner.lock().queue
    }

    /// Releases the lock, as dropping the guard does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// let lock = Arc::new(underlock::Lock::new(5));
    /// let guard = lock.clone().try_acquire_owned().unwrap();
    /// guard.release();
    /// assert!(!lock.is_locked());
    /// ```
    pub fn release(self) {
        drop(self);
    }

    /// Releases the lock, waits until `condition` is notified, and returns with the lock: as
    /// [`Guard::wait`](crate::Guard::wait) does.
    ///
    /// While it waits the future keeps what the guard owns.
    ///
    /// # Examples
    ///
    /// See [`OwnedGuard`].
    ///
    /// # Panics
    ///
    /// As for [`Guard::wait`](crate::Guard::wait), if `condition` belongs to another value.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    #[track_caller]
    pub fn wait<C>(self, condition: &C) -> Wait<Self>
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.owner.lock().side_of(condition);
        Wait::new(self, side)
    }

    /// Releases the lock and waits until `condition` is notified and `predicate` returns true: as
    /// [`Guard::wait_for`](crate::Guard::wait_for) does.
    ///
    /// # Examples
    ///
    /// See [`OwnedGuard`].
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait). If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    #[track_caller]
    pub fn wait_for<C, P>(self, condition: &C, predicate: P) -> WaitFor<Self, P>
    where
        C: ConditionOf<T> + ?Sized,
        P: FnMut(&T) -> bool,
    {
        let side = self.owner.lock().side_of(condition);
        WaitFor::new(self, side, predicate)
    }

    /// Releases the lock and waits until `condition` is notified and `take` returns something: as
    /// [`Guard::wait_for_some`](crate::Guard::wait_for_some) does.
    ///
    /// # Examples
    ///
    /// See [`OwnedGuard`].
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait). If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait_for_some`](crate::Guard::wait_for_some).
    #[track_caller]
    pub fn wait_for_some<C, F, R>(self, condition: &C, take: F) -> WaitForSome<Self, F>
    where
        C: ConditionOf<T> + ?Sized,
        F: FnMut(&mut T) -> Option<R>,
    {
        let side = self.owner.lock().side_of(condition);
        WaitForSome::new(self, side, take)
    }

    /// Notifies up to `n` of those who wait for `condition`, the longest waiting first.
    ///
    /// # Examples
    ///
    /// See [`Guard::notify`](crate::Guard::notify).
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[track_caller]
    pub fn notify<C>(&self, condition: &C, n: usize)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.owner.lock().side_of(condition);
        monitor::notify(self.queue(), side, n);
    }

    /// Notifies the one who has waited longest for `condition`.
    ///
    /// # Examples
    ///
    /// See [`owner`](Self::owner).
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[track_caller]
    pub fn notify_one<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        self.notify(condition, 1);
    }

    /// Notifies all who wait for `condition`, in O(1).
    ///
    /// # Examples
    ///
    /// See [`Guard::notify_all`](crate::Guard::notify_all).
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait).
    #[track_caller]
    pub fn notify_all<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = self.owner.lock().side_of(condition);
        monitor::notify_all(self.queue(), side);
    }
}

impl<S: ?Sized, T: ?Sized + Conditions<N>, const N: usize> OwnedGuard<T, N, LockIn<S, T, N>> {
    /// The struct that the lock is a field of.
    ///
    /// An associated function, so that it hides nothing of the data.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::{Condition, Lock, OwnedGuard, guarded};
    ///
    /// #[guarded]
    /// struct Gate {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     open: bool,
    ///     #[condition(lock)]
    ///     opened: Condition,
    /// }
    ///
    /// let gate = Gate { lock: Lock::new(GateLock { open: false }), opened: Condition::shared() };
    /// let gate = Arc::new(gate);
    /// let mut state = Lock::try_acquire_owned_by(gate, |gate| &gate.lock).unwrap();
    /// state.open = true;
    /// state.notify_one(&OwnedGuard::owner(&state).opened);
    /// ```
    #[must_use]
    pub fn owner(guard: &Self) -> &Arc<S> {
        &guard.owner.owner
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> Parks for OwnedGuard<T, N, O> {
    type Handle = OwnedHandle<T, N, O>;

    fn waiter(&self) -> OwnedWaiter<T, N, O> {
        Waiter::new(OwnedHandle::of_guard(), 0)
    }

    fn release_to(self, waiter: Pin<&mut OwnedWaiter<T, N, O>>) {
        drop(self.into_turn(waiter));
    }

    fn park(self, waiter: Pin<&mut OwnedWaiter<T, N, O>>, side: usize, waker: Waker) {
        let (seat, turn) = self.into_turn(waiter);
        monitor::wait(seat, turn, side, waker);
    }

    fn poll_notified(
        mut waiter: Pin<&mut OwnedWaiter<T, N, O>>,
        side: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Self> {
        let seat = waiter.as_mut().seat();
        let queue = seat.queue();
        ready!(monitor::poll_notified(seat, side, cx)).into_held(queue);
        Poll::Ready(Self::of_waiter(waiter))
    }

    fn give_up(waiter: Pin<&mut OwnedWaiter<T, N, O>>, side: usize) -> bool {
        monitor::give_up(waiter.seat(), side)
    }

    fn cancel(waiter: Pin<&mut OwnedWaiter<T, N, O>>, side: usize) {
        monitor::cancel(waiter.seat(), Some(side));
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> Drop for OwnedGuard<T, N, O> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard was made of a turn of its lock, and is going away.
        let turn = unsafe { Turn::of_guard(self.queue()) };
        signal(self.queue(), &**self);
        drop(turn);
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> Deref for OwnedGuard<T, N, O> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the lock's guard.
        unsafe { self.owner.lock().data.of_guard() }
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize, O: OwnsLock<T, N>> DerefMut
    for OwnedGuard<T, N, O>
{
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this is the lock's guard.
        unsafe { self.owner.lock().data.of_guard_mut() }
    }
}

impl<T: ?Sized + Conditions<N> + fmt::Debug, const N: usize, O: OwnsLock<T, N>> fmt::Debug
    for OwnedGuard<T, N, O>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + Conditions<N> + fmt::Display, const N: usize, O: OwnsLock<T, N>> fmt::Display
    for OwnedGuard<T, N, O>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
