//! The futures that a guard turns into while it waits for a condition: [`Wait`], [`WaitFor`],
//! [`WaitForSome`].

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use super::guard::Guard;
use super::{Lock, monitor};
use crate::coop;
use crate::guarded::Conditions;
use crate::queue::{Waiter, waiting};

/// Waits for a notification and then for the lock, and returns the guard: the future of
/// [`Guard::wait`].
///
/// Its first poll releases the lock. If it is dropped before it is ready the lock is *not* held: a
/// dropped future can't wait for it, as asyncio's cancelled task does. A notification that it had
/// received goes to the next waiter.
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct Wait<'a, T: ?Sized + Conditions<N>, const N: usize> {
    waiter: Waiter<&'a Lock<T, N>, u32>,
    rest: Parking<'a, T, N>,
}

/// Waits until a predicate is true, and returns the guard: the future of [`Guard::wait_for`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct WaitFor<'a, T: ?Sized + Conditions<N>, P, const N: usize> {
    waiter: Waiter<&'a Lock<T, N>, u32>,
    rest: (Parking<'a, T, N>, P),
}

/// Waits until a closure returns something, and returns that and the guard: the future of
/// [`Guard::wait_for_some`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct WaitForSome<'a, T: ?Sized + Conditions<N>, F, const N: usize> {
    waiter: Waiter<&'a Lock<T, N>, u32>,
    rest: (Parking<'a, T, N>, F),
}

/// What one who waits for condition `side` has beside its waiter.
struct Parking<'a, T: ?Sized + Conditions<N>, const N: usize> {
    /// The guard, before the wait begins and while the predicate is looked at.
    guard: Option<Guard<'a, T, N>>,
    side: usize,
}

waiting! {
    ['a, T: ?Sized + Conditions<N>, const N: usize]
    Wait<'a, T, N> { waiter: Waiter<&'a Lock<T, N>, u32>, rest: Parking<'a, T, N> }
    |waiter, parking: &mut Parking<'a, T, N>| parking.cancel(waiter)
}

waiting! {
    ['a, T: ?Sized + Conditions<N>, P, const N: usize]
    WaitFor<'a, T, P, N> { waiter: Waiter<&'a Lock<T, N>, u32>, rest: (Parking<'a, T, N>, P) }
    |waiter, (parking, _): &mut (Parking<'a, T, N>, P)| parking.cancel(waiter)
}

waiting! {
    ['a, T: ?Sized + Conditions<N>, F, const N: usize]
    WaitForSome<'a, T, F, N> { waiter: Waiter<&'a Lock<T, N>, u32>, rest: (Parking<'a, T, N>, F) }
    |waiter, (parking, _): &mut (Parking<'a, T, N>, F)| parking.cancel(waiter)
}

// === impl Parking ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Parking<'a, T, N> {
    fn new(guard: Guard<'a, T, N>, side: usize) -> (Waiter<&'a Lock<T, N>, u32>, Self) {
        (Waiter::new(guard.lock(), 0), Self { guard: Some(guard), side })
    }

    /// Releases the lock at the first poll, and has it again when it is ready.
    #[inline]
    fn poll(
        &mut self,
        waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        cx: &mut Context<'_>,
    ) -> Poll<Guard<'a, T, N>> {
        if self.guard.is_none() {
            return Guard::poll_notified(waiter, self.side, cx);
        }
        // While the lock is held: a waker may panic when it is cloned.
        let waker = cx.waker().clone();
        if let Some(guard) = self.guard.take() {
            monitor::wait(waiter.seat(), guard.into_turn(), self.side, waker);
        }
        Poll::Pending
    }

    /// Waits until `ask` returns something, which it is asked for with the lock held: first at once,
    /// then after each notification.
    #[inline]
    fn poll_until<R>(
        &mut self,
        waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        if let Some(mut guard) = self.guard.take() {
            // Ready at once, time after time, it must not keep its task from yielding. It lets go of
            // the lock meanwhile: held by a task that is not running, it would make others queue, and
            // each release from then on would have to wait for a task to be scheduled.
            let budget = ready!(coop::poll_proceed(cx));
            if let Some(answer) = ask(&mut guard) {
                budget.made_progress();
                return Poll::Ready((guard, answer));
            }
            coop::give_back(budget);
            self.guard = Some(guard);
        }
        self.poll_until_notified(waiter, cx, ask)
    }

    /// [`poll_until`](Self::poll_until) where it takes a wait. Out of line, so that asking for what
    /// is there already stays short.
    #[inline(never)]
    fn poll_until_notified<R>(
        &mut self,
        mut waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        loop {
            // If `ask` panics the guard releases the lock.
            let mut guard = ready!(self.poll(waiter.as_mut(), cx));
            if let Some(answer) = ask(&mut guard) {
                return Poll::Ready((guard, answer));
            }
            self.guard = Some(guard);
        }
    }

    #[inline]
    fn cancel(&self, waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>) {
        if !waiter.is_idle() {
            monitor::cancel(waiter.seat(), Some(self.side));
        }
    }
}

// === impl Wait ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Wait<'a, T, N> {
    #[inline]
    pub(crate) fn new(guard: Guard<'a, T, N>, side: usize) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: parking }
    }
}

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Future for Wait<'a, T, N> {
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, parking) = self.split();
        parking.poll(waiter, cx)
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> fmt::Debug for Wait<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}

// === impl WaitFor ===

impl<'a, T: ?Sized + Conditions<N>, P, const N: usize> WaitFor<'a, T, P, N> {
    #[inline]
    pub(crate) fn new(guard: Guard<'a, T, N>, side: usize, predicate: P) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: (parking, predicate) }
    }

    /// Polls, with `ask` to ask the predicate.
    #[inline]
    pub(crate) fn poll_by(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        ask: impl Fn(&mut P, &T) -> bool,
    ) -> Poll<Guard<'a, T, N>> {
        let (waiter, (parking, predicate)) = self.split();
        let met = parking.poll_until(waiter, cx, |data| ask(predicate, data).then_some(()));
        met.map(|(guard, ())| guard)
    }
}

impl<'a, T: ?Sized + Conditions<N>, P, const N: usize> Future for WaitFor<'a, T, P, N>
where
    P: FnMut(&T) -> bool,
{
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_by(cx, |predicate, data| predicate(data))
    }
}

impl<T: ?Sized + Conditions<N>, P, const N: usize> fmt::Debug for WaitFor<'_, T, P, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor").finish_non_exhaustive()
    }
}

// === impl WaitForSome ===

impl<'a, T: ?Sized + Conditions<N>, F, const N: usize> WaitForSome<'a, T, F, N> {
    #[inline]
    pub(crate) fn new(guard: Guard<'a, T, N>, side: usize, take: F) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: (parking, take) }
    }

    /// Polls, with `ask` to ask the closure.
    #[inline]
    pub(crate) fn poll_by<R>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        ask: impl Fn(&mut F, &mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        let (waiter, (parking, take)) = self.split();
        parking.poll_until(waiter, cx, |data| ask(take, data))
    }
}

impl<'a, T: ?Sized + Conditions<N>, F, R, const N: usize> Future for WaitForSome<'a, T, F, N>
where
    F: FnMut(&mut T) -> Option<R>,
{
    type Output = (Guard<'a, T, N>, R);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_by(cx, |take, data| take(data))
    }
}

impl<T: ?Sized + Conditions<N>, F, const N: usize> fmt::Debug for WaitForSome<'_, T, F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForSome").finish_non_exhaustive()
    }
}
