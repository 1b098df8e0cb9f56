//! The futures that a guard turns into while it waits for a condition: [`Wait`], [`WaitFor`],
//! [`WaitForSome`], each of which may have a [limit](within).

mod within;

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll, Waker, ready};

use super::guard::Guard;
use super::{Lock, monitor};
use crate::coop;
use crate::guarded::Conditions;
use crate::queue::{Handle, Protocol, Waiter, waiting};

pub use self::within::GiveUp;
#[cfg(feature = "tokio")]
pub use self::within::WaitWithin;

/// Waits for a notification and then for the lock, and returns the guard: the future of
/// [`Guard::wait`], and of the other guards' `wait`.
///
/// Its first poll releases the lock. If it is dropped before it is ready the lock is *not* held: a
/// dropped future can't wait for it, as asyncio's cancelled task does. A notification that it had
/// received goes to the next waiter.
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct Wait<G: CanWait> {
    waiter: WaiterOf<G>,
    rest: Parking<G::Held>,
}

/// Waits until a predicate is true, and returns the guard: the future of [`Guard::wait_for`], and of
/// the other guards' `wait_for`.
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct WaitFor<G: CanWait, P> {
    waiter: WaiterOf<G>,
    rest: (Parking<G::Held>, P),
}

/// Waits until a closure returns something, and returns that and the guard: the future of
/// [`Guard::wait_for_some`], and of the other guards' `wait_for_some`.
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct WaitForSome<G: CanWait, F> {
    waiter: WaiterOf<G>,
    rest: (Parking<G::Held>, F),
}

/// A guard that waits for conditions. Not to be implemented elsewhere.
#[expect(private_bounds, reason = "how it waits is not for the public")]
pub trait CanWait: DerefMut {
    /// The lock's own guard in this one.
    #[doc(hidden)]
    type Held: Parks;

    #[doc(hidden)]
    fn of_held(held: Self::Held) -> Self;

    /// The data in the lock's.
    #[doc(hidden)]
    fn data(held: &mut <Self::Held as Deref>::Target) -> &mut Self::Target;
}

/// A lock's guard, as those see it who wait with it.
///
/// Once a wait has begun there is no guard, and its waiter alone leads to the lock.
pub(crate) trait Parks: DerefMut + Sized {
    type Handle: Handle<Protocol: Protocol<Payload = u32>>;

    /// A waiter of the guard's lock.
    fn waiter(&self) -> Waiter<Self::Handle, u32>;

    /// Releases the lock, which the waiter is to acquire again.
    fn release_to(self, waiter: Pin<&mut Waiter<Self::Handle, u32>>);

    /// Releases the lock and waits for condition `side`, in one step.
    fn park(self, waiter: Pin<&mut Waiter<Self::Handle, u32>>, side: usize, waker: Waker);

    /// Polls a waiter that has released the lock: for a notification if it waits for one, and then
    /// for the lock.
    fn poll_notified(
        waiter: Pin<&mut Waiter<Self::Handle, u32>>,
        side: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Self>;

    /// From here on the waiter waits for the lock alone. Returns whether it had not been notified.
    fn give_up(waiter: Pin<&mut Waiter<Self::Handle, u32>>, side: usize) -> bool;

    fn cancel(waiter: Pin<&mut Waiter<Self::Handle, u32>>, side: usize);
}

type WaiterOf<G> = Waiter<<<G as CanWait>::Held as Parks>::Handle, u32>;

/// What one who waits for condition `side` has beside its waiter.
struct Parking<H> {
    /// The guard, before the wait begins and while the predicate is looked at.
    guard: Option<H>,
    side: usize,
    /// Whether the limit had elapsed before a notification came.
    gave_up: bool,
}

waiting! {
    [G: CanWait] Wait<G> { waiter: WaiterOf<G>, rest: Parking<G::Held> }
    |waiter, parking: &mut Parking<G::Held>| parking.cancel(waiter)
}

waiting! {
    [G: CanWait, P] WaitFor<G, P> { waiter: WaiterOf<G>, rest: (Parking<G::Held>, P) }
    |waiter, (parking, _): &mut (Parking<G::Held>, P)| parking.cancel(waiter)
}

waiting! {
    [G: CanWait, F] WaitForSome<G, F> { waiter: WaiterOf<G>, rest: (Parking<G::Held>, F) }
    |waiter, (parking, _): &mut (Parking<G::Held>, F)| parking.cancel(waiter)
}

// === guards ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Parks for Guard<'a, T, N> {
    type Handle = &'a Lock<T, N>;

    #[inline]
    fn waiter(&self) -> Waiter<&'a Lock<T, N>, u32> {
        Waiter::new(self.lock(), 0)
    }

    #[inline]
    fn release_to(self, _: Pin<&mut Waiter<&'a Lock<T, N>, u32>>) {
        drop(self);
    }

    #[inline]
    fn park(self, waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>, side: usize, waker: Waker) {
        monitor::wait(waiter.seat(), self.into_turn(), side, waker);
    }

    #[inline]
    fn poll_notified(
        waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>,
        side: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Self> {
        Guard::poll_notified(waiter, side, cx)
    }

    #[inline]
    fn give_up(waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>, side: usize) -> bool {
        monitor::give_up(waiter.seat(), side)
    }

    #[inline]
    fn cancel(waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>, side: usize) {
        monitor::cancel(waiter.seat(), Some(side));
    }
}

impl<H: Parks> CanWait for H {
    type Held = H;

    #[inline]
    fn of_held(held: H) -> H {
        held
    }

    #[inline]
    fn data(held: &mut H::Target) -> &mut H::Target {
        held
    }
}

// === impl Parking ===

impl<H: Parks> Parking<H> {
    fn new(guard: H, side: usize) -> (Waiter<H::Handle, u32>, Self) {
        (guard.waiter(), Self { guard: Some(guard), side, gave_up: false })
    }

    /// Releases the lock at the first poll, and has it again when it is ready.
    #[inline]
    fn poll(&mut self, waiter: Pin<&mut Waiter<H::Handle, u32>>, cx: &mut Context<'_>) -> Poll<H> {
        if self.guard.is_none() {
            return H::poll_notified(waiter, self.side, cx);
        }
        // While the lock is held: a waker may panic when it is cloned.
        let waker = cx.waker().clone();
        if let Some(guard) = self.guard.take() {
            guard.park(waiter, self.side, waker);
        }
        Poll::Pending
    }

    /// Waits until `ask` returns something, which it is asked for with the lock held: first at once,
    /// then after each notification.
    #[inline]
    fn poll_until<R>(
        &mut self,
        waiter: Pin<&mut Waiter<H::Handle, u32>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut H::Target) -> Option<R>,
    ) -> Poll<(H, R)> {
        if let Some(mut guard) = self.guard.take() {
            // Ready at once, time after time, it must not keep its task from yielding. It lets go of
            // the lock meanwhile: held by a task that is not running, it would make others queue, and
            // each release from then on would have to wait for a task to be scheduled.
            let Poll::Ready(budget) = coop::poll_proceed(cx) else {
                guard.release_to(waiter);
                return Poll::Pending;
            };
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
        mut waiter: Pin<&mut Waiter<H::Handle, u32>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut H::Target) -> Option<R>,
    ) -> Poll<(H, R)> {
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
    fn cancel(&self, waiter: Pin<&mut Waiter<H::Handle, u32>>) {
        if !waiter.is_idle() {
            H::cancel(waiter, self.side);
        }
    }
}

// === impl Wait ===

impl<G: CanWait> Wait<G> {
    #[inline]
    pub(crate) fn new(guard: G::Held, side: usize) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: parking }
    }
}

impl<G: CanWait> Future for Wait<G> {
    type Output = G;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, parking) = self.split();
        parking.poll(waiter, cx).map(G::of_held)
    }
}

impl<G: CanWait> fmt::Debug for Wait<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}

// === impl WaitFor ===

impl<G: CanWait, P> WaitFor<G, P> {
    #[inline]
    pub(crate) fn new(guard: G::Held, side: usize, predicate: P) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: (parking, predicate) }
    }
}

impl<G: CanWait, P> Future for WaitFor<G, P>
where
    P: FnMut(&G::Target) -> bool,
{
    type Output = G;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, (parking, predicate)) = self.split();
        let met = parking.poll_until(waiter, cx, |data| predicate(G::data(data)).then_some(()));
        met.map(|(guard, ())| G::of_held(guard))
    }
}

impl<G: CanWait, P> fmt::Debug for WaitFor<G, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor").finish_non_exhaustive()
    }
}

// === impl WaitForSome ===

impl<G: CanWait, F> WaitForSome<G, F> {
    #[inline]
    pub(crate) fn new(guard: G::Held, side: usize, take: F) -> Self {
        let (waiter, parking) = Parking::new(guard, side);
        Self { waiter, rest: (parking, take) }
    }
}

impl<G: CanWait, F, R> Future for WaitForSome<G, F>
where
    F: FnMut(&mut G::Target) -> Option<R>,
{
    type Output = (G, R);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, (parking, take)) = self.split();
        let taken = parking.poll_until(waiter, cx, |data| take(G::data(data)));
        taken.map(|(guard, taken)| (G::of_held(guard), taken))
    }
}

impl<G: CanWait, F> fmt::Debug for WaitForSome<G, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForSome").finish_non_exhaustive()
    }
}
