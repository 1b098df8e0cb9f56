//! The futures that a guard turns into while it waits for a condition: [`Wait`], [`WaitFor`],
//! [`WaitForSome`].

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use super::guard::Guard;
use super::monitor::{self, Held, Monitor, Place};
use crate::queue::{Link, Waiter, waiting};

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

/// Waits until a predicate says true, and gives the guard back: the future of [`Guard::wait_for`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not given up, and nothing waits, until the future is awaited"]
pub struct WaitFor<'a, T: ?Sized, P, const N: usize> {
    place: Place<'a, T, N>,
    rest: (Parking<'a, T, N>, P),
}

/// Waits until a closure gives something, and gives that and the guard back: the future of
/// [`Guard::wait_for_some`].
///
/// If it is dropped the lock is not held, as with [`Wait`].
#[must_use = "the lock is not given up, and nothing waits, until the future is awaited"]
pub struct WaitForSome<'a, T: ?Sized, F, const N: usize> {
    place: Place<'a, T, N>,
    rest: (Parking<'a, T, N>, F),
}

/// What one who waits for condition `side` knows beside its place in line.
struct Parking<'a, T: ?Sized, const N: usize> {
    /// The lock, while it is not given up, or has come back.
    held: Option<Held<&'a Monitor<T, N>>>,
    side: usize,
}

waiting! {
    ['a, T: ?Sized, const N: usize]
    Wait<'a, T, N> { place: Place<'a, T, N>, rest: Parking<'a, T, N> }
    |place, parking: &mut Parking<'a, T, N>| parking.leave(place)
}

waiting! {
    ['a, T: ?Sized, P, const N: usize]
    WaitFor<'a, T, P, N> { place: Place<'a, T, N>, rest: (Parking<'a, T, N>, P) }
    |place, (parking, _): &mut (Parking<'a, T, N>, P)| parking.leave(place)
}

waiting! {
    ['a, T: ?Sized, F, const N: usize]
    WaitForSome<'a, T, F, N> { place: Place<'a, T, N>, rest: (Parking<'a, T, N>, F) }
    |place, (parking, _): &mut (Parking<'a, T, N>, F)| parking.leave(place)
}

// === impl Parking ===

impl<'a, T: ?Sized, const N: usize> Parking<'a, T, N> {
    /// Gives the lock up at the first poll, and has it back when it is ready.
    #[inline]
    fn poll(
        &mut self,
        place: Pin<&mut Place<'a, T, N>>,
        cx: &mut Context<'_>,
    ) -> Poll<Held<&'a Monitor<T, N>>> {
        if self.held.is_none() {
            return monitor::poll_parked(place, self.side, cx);
        }
        // Before the lock is out of our hands: a waker may panic when it is cloned.
        let waker = cx.waker().clone();
        if let Some(held) = self.held.take() {
            monitor::park(place, held, self.side, waker);
        }
        Poll::Pending
    }

    /// Asks, and waits until the answer is there.
    #[inline]
    fn poll_until<R>(
        &mut self,
        place: Pin<&mut Place<'a, T, N>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        if let Some(answer) = self.ask(&mut ask) {
            return Poll::Ready(answer);
        }
        self.wait_until(place, cx, ask)
    }

    /// [`poll_until`](Self::poll_until) where it takes a wait. Out of line, so that asking for what
    /// is there already stays short.
    #[inline(never)]
    fn wait_until<R>(
        &mut self,
        mut place: Pin<&mut Place<'a, T, N>>,
        cx: &mut Context<'_>,
        mut ask: impl FnMut(&mut T) -> Option<R>,
    ) -> Poll<(Guard<'a, T, N>, R)> {
        loop {
            self.held = Some(ready!(self.poll(place.as_mut(), cx)));
            if let Some(answer) = self.ask(&mut ask) {
                return Poll::Ready(answer);
            }
        }
    }

    /// Asks, if the lock is held. Should `ask` panic, the lock is released.
    #[inline]
    fn ask<R>(
        &mut self,
        ask: &mut impl FnMut(&mut T) -> Option<R>,
    ) -> Option<(Guard<'a, T, N>, R)> {
        let mut held = self.held.take()?;
        if let Some(answer) = ask(held.data_mut()) {
            return Some((Guard::new(held), answer));
        }
        self.held = Some(held);
        None
    }

    #[inline]
    fn leave(&self, place: Pin<&mut Place<'a, T, N>>) {
        if place.link() != Link::Idle {
            monitor::leave(place, Some(self.side));
        }
    }
}

// === impl Wait ===

impl<'a, T: ?Sized, const N: usize> Wait<'a, T, N> {
    #[inline]
    pub(super) fn new(held: Held<&'a Monitor<T, N>>, side: usize) -> Self {
        let place = Waiter::new(held.monitor(), 0);
        Self { place, rest: Parking { held: Some(held), side } }
    }
}

impl<'a, T: ?Sized, const N: usize> Future for Wait<'a, T, N> {
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (place, parking) = self.split();
        parking.poll(place, cx).map(Guard::new)
    }
}

impl<T: ?Sized, const N: usize> fmt::Debug for Wait<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").finish_non_exhaustive()
    }
}

// === impl WaitFor ===

impl<'a, T: ?Sized, P, const N: usize> WaitFor<'a, T, P, N> {
    #[inline]
    pub(super) fn new(held: Held<&'a Monitor<T, N>>, side: usize, predicate: P) -> Self {
        let place = Waiter::new(held.monitor(), 0);
        Self { place, rest: (Parking { held: Some(held), side }, predicate) }
    }
}

impl<'a, T: ?Sized, P, const N: usize> Future for WaitFor<'a, T, P, N>
where
    P: FnMut(&T) -> bool,
{
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (place, (parking, predicate)) = self.split();
        let met = parking.poll_until(place, cx, |data| predicate(data).then_some(()));
        met.map(|(guard, ())| guard)
    }
}

impl<T: ?Sized, P, const N: usize> fmt::Debug for WaitFor<'_, T, P, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFor").finish_non_exhaustive()
    }
}

// === impl WaitForSome ===

impl<'a, T: ?Sized, F, const N: usize> WaitForSome<'a, T, F, N> {
    #[inline]
    pub(super) fn new(held: Held<&'a Monitor<T, N>>, side: usize, take: F) -> Self {
        let place = Waiter::new(held.monitor(), 0);
        Self { place, rest: (Parking { held: Some(held), side }, take) }
    }
}

impl<'a, T: ?Sized, F, R, const N: usize> Future for WaitForSome<'a, T, F, N>
where
    F: FnMut(&mut T) -> Option<R>,
{
    type Output = (Guard<'a, T, N>, R);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (place, (parking, take)) = self.split();
        parking.poll_until(place, cx, take)
    }
}

impl<T: ?Sized, F, const N: usize> fmt::Debug for WaitForSome<'_, T, F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitForSome").finish_non_exhaustive()
    }
}
