//! What a lock gives to its holder: [`Guard`], [`OwnedGuard`], and the futures that a guard turns
//! into while it waits for a condition: [`Wait`], [`WaitFor`], [`WaitForSome`].

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

#[cfg(feature = "std")]
use alloc::sync::Arc;

#[cfg(feature = "std")]
use super::Lock;
use super::monitor::{self, Held, Monitor, Place};
use crate::condition::ConditionOf;
use crate::queue::{Link, Waiter, waiting};

/// The proof that a [`Lock`](crate::Lock) is held, and the way to its data.
///
/// Dropping the guard releases the lock, and so does [`release`](Self::release), which says so.
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
#[must_use = "if unused, the lock is released at once"]
pub struct Guard<'a, T: ?Sized, const N: usize = 0> {
    held: Held<&'a Monitor<T, N>>,
}

/// A [`Guard`] that owns its share of the lock: made by
/// [`Lock::acquire_owned`](crate::Lock::acquire_owned).
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
#[cfg(feature = "std")]
#[must_use = "if unused, the lock is released at once"]
pub struct OwnedGuard<T: ?Sized, const N: usize = 0> {
    held: Held<Arc<Lock<T, N>>>,
}

/// Waits for a notification and for the lock, and gives the guard back: the future of
/// [`Guard::wait`].
///
/// Polled first, it gives the lock up; from then on until it is ready somebody else may have it.
/// If it is dropped the lock is *not* held: a dropped future can't wait for it, as asyncio's
/// cancelled task does. A notification that it had been given goes to the next.
#[must_use = "the lock is not given up, and nothing waits, until the future is awaited"]
pub struct Wait<'a, T: ?Sized, const N: usize> {
    place: Place<'a, T, N>,
    rest: Parking<'a, T, N>,
}

struct Parking<'a, T: ?Sized, const N: usize> {
    /// The lock, until the first poll gives it up.
    held: Option<Held<&'a Monitor<T, N>>>,
    side: usize,
}

waiting! {
    ['a, T: ?Sized, const N: usize]
    Wait<'a, T, N> { place: Place<'a, T, N>, rest: Parking<'a, T, N> }
    |place: Pin<&mut Place<'a, T, N>>, parking: &mut Parking<'a, T, N>| {
        if place.link() != Link::Idle {
            monitor::leave(place, Some(parking.side));
        }
    }
}

/// Waits until a predicate says true, and gives the guard back: the future of [`Guard::wait_for`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not given up, and nothing waits, until the future is awaited"]
pub struct WaitFor<'a, T: ?Sized, P, const N: usize> {
    place: Option<Wait<'a, T, N>>,
    rest: Asking<'a, T, P, N>,
}

/// Waits until a closure gives something, and gives that and the guard back: the future of
/// [`Guard::wait_for_some`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not given up, and nothing waits, until the future is awaited"]
pub struct WaitForSome<'a, T: ?Sized, F, const N: usize> {
    place: Option<Wait<'a, T, N>>,
    rest: Asking<'a, T, F, N>,
}

struct Asking<'a, T: ?Sized, A, const N: usize> {
    /// The guard, while the lock is held.
    guard: Option<Guard<'a, T, N>>,
    side: usize,
    /// Says whether the wait is over.
    ask: A,
}

waiting! {
    ['a, T: ?Sized, P, const N: usize]
    WaitFor<'a, T, P, N> { place: Option<Wait<'a, T, N>>, rest: Asking<'a, T, P, N> }
    |_, _| {}
}

waiting! {
    ['a, T: ?Sized, F, const N: usize]
    WaitForSome<'a, T, F, N> { place: Option<Wait<'a, T, N>>, rest: Asking<'a, T, F, N> }
    |_, _| {}
}

/// Which of the lock's `N` side lines `condition` names. `#[guarded]` never makes one that is out of
/// range; it takes an implementation of `Queues` by hand.
#[inline]
fn side_of<T: ?Sized, C: ConditionOf<T> + ?Sized, const N: usize>(_condition: &C) -> usize {
    assert!(C::SIDE < N, "the lock has fewer conditions than this one is numbered");
    C::SIDE
}

// === impl Guard ===

impl<'a, T: ?Sized, const N: usize> Guard<'a, T, N> {
    #[inline]
    pub(crate) fn new(held: Held<&'a Monitor<T, N>>) -> Self {
        Self { held }
    }

    #[cfg(feature = "std")]
    pub(crate) fn into_held(self) -> Held<&'a Monitor<T, N>> {
        self.held
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

    /// Gives the lock up, waits until `condition` is notified, and comes back with the lock.
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
    /// # Fairness
    ///
    /// Notifications go to those who have waited longest. A notified waiter is woken when there is
    /// a lock to be had; whoever comes before it has run may take the lock first, after that it
    /// queues and nobody passes it.
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped at any await point. Its notification, if it had one, goes to the
    /// next, if others were waiting when it came, and the lock to the next in line; the caller is
    /// left without the guard.
    #[inline]
    pub fn wait<C>(self, condition: &C) -> Wait<'a, T, N>
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = side_of::<T, C, N>(condition);
        Wait::new(self.held, side)
    }

    /// Gives the lock up and waits until `condition` is notified and `predicate` says true.
    ///
    /// The predicate is asked first: if it is true already the lock is not given up. It is asked
    /// again after each notification, always with the lock held.
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
    /// If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`wait`](Self::wait).
    #[inline]
    pub fn wait_for<C, P>(self, condition: &C, predicate: P) -> WaitFor<'a, T, P, N>
    where
        C: ConditionOf<T> + ?Sized,
        P: FnMut(&T) -> bool,
    {
        let side = side_of::<T, C, N>(condition);
        WaitFor { place: None, rest: Asking { guard: Some(self), side, ask: predicate } }
    }

    /// Gives the lock up and waits until `condition` is notified and `take` gives something.
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
    /// If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`wait`](Self::wait). What `take` took comes back in the same poll: nothing is lost.
    #[inline]
    pub fn wait_for_some<C, F, R>(self, condition: &C, take: F) -> WaitForSome<'a, T, F, N>
    where
        C: ConditionOf<T> + ?Sized,
        F: FnMut(&mut T) -> Option<R>,
    {
        let side = side_of::<T, C, N>(condition);
        WaitForSome { place: None, rest: Asking { guard: Some(self), side, ask: take } }
    }

    /// Notifies up to `n` of those who wait for `condition`, the longest waiting first.
    ///
    /// They get the lock after it is released, one after another. A notification that nobody waits
    /// for is not kept.
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
    #[inline]
    pub fn notify<C>(&self, condition: &C, n: usize)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = side_of::<T, C, N>(condition);
        monitor::notify(self.held.monitor(), side, n);
    }

    /// Notifies the one who has waited longest for `condition`.
    ///
    /// # Examples
    ///
    /// See [`Guard`].
    #[inline]
    pub fn notify_one<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        self.notify(condition, 1);
    }

    /// Notifies all who wait for `condition`, in O(1) however many they are.
    ///
    /// They get the lock after it is released, one after another in the order in which they began
    /// to wait, each woken once.
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
    #[inline]
    pub fn notify_all<C>(&self, condition: &C)
    where
        C: ConditionOf<T> + ?Sized,
    {
        let side = side_of::<T, C, N>(condition);
        monitor::notify_all(self.held.monitor(), side);
    }
}

impl<T: ?Sized, const N: usize> Deref for Guard<'_, T, N> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.held.data()
    }
}

impl<T: ?Sized, const N: usize> DerefMut for Guard<'_, T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.held.data_mut()
    }
}

impl<T: ?Sized + fmt::Debug, const N: usize> fmt::Debug for Guard<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display, const N: usize> fmt::Display for Guard<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// === impl OwnedGuard ===

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize> OwnedGuard<T, N> {
    pub(super) fn new(held: Held<Arc<Lock<T, N>>>) -> Self {
        Self { held }
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
}

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize> Deref for OwnedGuard<T, N> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.held.data()
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize> DerefMut for OwnedGuard<T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.held.data_mut()
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized + fmt::Debug, const N: usize> fmt::Debug for OwnedGuard<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized + fmt::Display, const N: usize> fmt::Display for OwnedGuard<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// === impl Wait ===

impl<'a, T: ?Sized, const N: usize> Wait<'a, T, N> {
    #[inline]
    fn new(held: Held<&'a Monitor<T, N>>, side: usize) -> Self {
        let place = Waiter::new(held.monitor(), 0);
        Self { place, rest: Parking { held: Some(held), side } }
    }
}

impl<'a, T: ?Sized, const N: usize> Future for Wait<'a, T, N> {
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (place, parking) = self.split();
        if parking.held.is_some() {
            // Before the lock is out of our hands: a waker may panic when it is cloned.
            let waker = cx.waker().clone();
            if let Some(held) = parking.held.take() {
                monitor::park(place, held, parking.side, waker);
            }
            return Poll::Pending;
        }
        monitor::poll_parked(place, parking.side, cx).map(Guard::new)
    }
}

impl<T: ?Sized, const N: usize> fmt::Debug for Wait<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}

// === impl WaitFor, WaitForSome ===

impl<'a, T: ?Sized, A, const N: usize> Asking<'a, T, A, N> {
    /// Asks, and waits if that is too early.
    #[inline]
    fn poll<R>(
        &mut self,
        mut wait: Pin<&mut Option<Wait<'a, T, N>>>,
        cx: &mut Context<'_>,
        ask: impl Fn(&mut A, &mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        if let Some(mut guard) = self.guard.take() {
            if let Some(answer) = ask(&mut self.ask, &mut guard) {
                return Poll::Ready((guard, answer));
            }
            wait.set(Some(Wait::new(guard.held, self.side)));
        }
        let wait = wait.as_pin_mut().expect("it is not polled after it was ready");
        self.poll_wait(wait, cx, ask)
    }

    /// Waits, and asks whenever the lock is there again. Out of line, so that asking for what is
    /// there already stays short.
    #[inline(never)]
    fn poll_wait<R>(
        &mut self,
        mut wait: Pin<&mut Wait<'a, T, N>>,
        cx: &mut Context<'_>,
        ask: impl Fn(&mut A, &mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        loop {
            let mut guard = ready!(wait.as_mut().poll(cx));
            if let Some(answer) = ask(&mut self.ask, &mut guard) {
                return Poll::Ready((guard, answer));
            }
            wait.set(Wait::new(guard.held, self.side));
        }
    }
}

impl<'a, T: ?Sized, P, const N: usize> Future for WaitFor<'a, T, P, N>
where
    P: FnMut(&T) -> bool,
{
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (wait, asking) = self.split();
        let met = asking.poll(wait, cx, |predicate, data| predicate(data).then_some(()));
        met.map(|(guard, ())| guard)
    }
}

impl<'a, T: ?Sized, F, R, const N: usize> Future for WaitForSome<'a, T, F, N>
where
    F: FnMut(&mut T) -> Option<R>,
{
    type Output = (Guard<'a, T, N>, R);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (wait, asking) = self.split();
        asking.poll(wait, cx, |take, data| take(data))
    }
}

impl<T: ?Sized, P, const N: usize> fmt::Debug for WaitFor<'_, T, P, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor").finish_non_exhaustive()
    }
}

impl<T: ?Sized, F, const N: usize> fmt::Debug for WaitForSome<'_, T, F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForSome").finish_non_exhaustive()
    }
}
