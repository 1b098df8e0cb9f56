//! Waits with a limit, which return with the lock: `guard.wait(…).within(limit)`.

#[cfg(feature = "tokio")]
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use super::{CanWait, Parking, Parks, Wait, WaitFor, WaitForSome};
use crate::coop;
use crate::queue::Waiter;

#[cfg(feature = "tokio")]
pin_project_lite::pin_project! {
    /// A wait that returns after a limit at the latest, with the lock in any case: the future of
    /// [`Wait::within`], [`WaitFor::within`] and [`WaitForSome::within`].
    ///
    /// If it is dropped the lock is not held, and a notification that it had received goes to the next
    /// waiter, as with the wait that it limits.
    #[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
    pub struct WaitWithin<W> {
        #[pin]
        wait: W,
        #[pin]
        limit: tokio::time::Sleep,
        has_elapsed: bool,
    }
}

/// A wait that can be given up. Not to be implemented elsewhere.
pub trait GiveUp: Future {
    /// What a wait with a limit returns: the guard, and the result of the wait.
    type Outcome;

    /// The outcome of a wait that was ready in time.
    #[doc(hidden)]
    fn in_time(output: Self::Output) -> Self::Outcome;

    /// Polls a wait whose limit has elapsed. From the first of these polls on it waits for nothing but
    /// the lock.
    #[doc(hidden)]
    fn poll_given_up(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Outcome>;
}

// === impl Parking ===

impl<H: Parks> Parking<H> {
    /// Waits for the lock alone, after the limit.
    fn poll_given_up(
        &mut self,
        mut waiter: Pin<&mut Waiter<H::Handle, u32>>,
        cx: &mut Context<'_>,
    ) -> Poll<H> {
        if let Some(guard) = self.guard.take() {
            // A limit of zero: the wait has not begun. It costs budget, as whatever is ready at once.
            self.gave_up = true;
            let Poll::Ready(budget) = coop::poll_proceed(cx) else {
                guard.release_to(waiter);
                return Poll::Pending;
            };
            budget.made_progress();
            return Poll::Ready(guard);
        }
        if H::give_up(waiter.as_mut(), self.side) {
            self.gave_up = true;
        }
        H::poll_notified(waiter, self.side, cx)
    }

    /// Waits for the lock alone, and asks for the last time.
    fn poll_last<R>(
        &mut self,
        waiter: Pin<&mut Waiter<H::Handle, u32>>,
        cx: &mut Context<'_>,
        ask: impl FnOnce(&mut H::Target) -> Option<R>,
    ) -> Poll<(H, Option<R>)> {
        // If `ask` panics the guard releases the lock.
        let mut guard = ready!(self.poll_given_up(waiter, cx));
        let answer = ask(&mut guard);
        Poll::Ready((guard, answer))
    }
}

// === what each wait makes of it ===

impl<G: CanWait> GiveUp for Wait<G> {
    type Outcome = (G, bool);

    fn in_time(guard: G) -> (G, bool) {
        (guard, true)
    }

    fn poll_given_up(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(G, bool)> {
        let (waiter, parking) = self.split();
        let guard = ready!(parking.poll_given_up(waiter, cx));
        // A notification that came first is its own, however long the lock took.
        Poll::Ready((G::of_held(guard), !parking.gave_up))
    }
}

impl<G: CanWait, P> GiveUp for WaitFor<G, P>
where
    P: FnMut(&G::Target) -> bool,
{
    type Outcome = (G, bool);

    fn in_time(guard: G) -> (G, bool) {
        (guard, true)
    }

    fn poll_given_up(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(G, bool)> {
        let (waiter, (parking, predicate)) = self.split();
        let last = parking.poll_last(waiter, cx, |data| predicate(G::data(data)).then_some(()));
        last.map(|(guard, met)| (G::of_held(guard), met.is_some()))
    }
}

impl<G: CanWait, F, R> GiveUp for WaitForSome<G, F>
where
    F: FnMut(&mut G::Target) -> Option<R>,
{
    type Outcome = (G, Option<R>);

    fn in_time((guard, taken): (G, R)) -> (G, Option<R>) {
        (guard, Some(taken))
    }

    fn poll_given_up(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(G, Option<R>)> {
        let (waiter, (parking, take)) = self.split();
        let last = parking.poll_last(waiter, cx, |data| take(G::data(data)));
        last.map(|(guard, taken)| (G::of_held(guard), taken))
    }
}

// === within ===

#[cfg(feature = "tokio")]
impl<W> WaitWithin<W> {
    pub(crate) fn new(wait: W, limit: Duration) -> Self {
        // The timer rounds up, and a limit of zero has elapsed whatever it says.
        Self { wait, limit: tokio::time::sleep(limit), has_elapsed: limit.is_zero() }
    }
}

#[cfg(feature = "tokio")]
impl<W: GiveUp> Future for WaitWithin<W> {
    type Output = W::Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<W::Outcome> {
        let mut this = self.project();
        // A wait that is woken after its limit has one look, and does not queue for another.
        *this.has_elapsed |= this.limit.is_elapsed();
        if !*this.has_elapsed {
            // Before the timer, which is started only for a wait that is not ready at once.
            if let Poll::Ready(output) = this.wait.as_mut().poll(cx) {
                return Poll::Ready(W::in_time(output));
            }
            ready!(this.limit.poll(cx));
            *this.has_elapsed = true;
        }
        this.wait.poll_given_up(cx)
    }
}

#[cfg(feature = "tokio")]
impl<W> fmt::Debug for WaitWithin<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitWithin").finish_non_exhaustive()
    }
}

#[cfg(feature = "tokio")]
impl<G: CanWait> Wait<G> {
    /// Limits the wait: returns the guard, and whether it was notified within `limit`.
    ///
    /// After the limit it reacquires the lock, which it holds in any case when it returns. A wait that
    /// was notified by then returns true, even if the lock takes longer, so that no notification is
    /// lost. A limit of zero returns false without releasing the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use underlock::Condition;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let changed = Condition::new(0);
    /// let guard = changed.acquire().await;
    /// let (guard, notified) = guard.wait().within(Duration::from_millis(1)).await;
    /// assert!(!notified);
    /// assert_eq!(*guard, 0); // still, or again, under the lock
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with a timer.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    pub fn within(self, limit: Duration) -> WaitWithin<Self> {
        WaitWithin::new(self, limit)
    }
}

#[cfg(feature = "tokio")]
impl<G: CanWait, P> WaitFor<G, P> {
    /// Limits the wait: returns the guard, and whether the predicate is true.
    ///
    /// After `limit` it reacquires the lock, which it holds in any case when it returns, and checks the
    /// predicate for the last time, like [`Condvar::wait_timeout_while`] in std. A limit of zero checks
    /// once, without releasing the lock.
    ///
    /// [`Condvar::wait_timeout_while`]: https://doc.rust-lang.org/std/sync/struct.Condvar.html#method.wait_timeout_while
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use underlock::{Condition, Lock, guarded, sync_block};
    ///
    /// #[guarded]
    /// struct Pump {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     pressure: u32,
    ///     #[guarded(lock)]
    ///     alarms: u32,
    ///     #[condition(lock)]
    ///     fell: Condition,
    /// }
    ///
    /// impl Pump {
    ///     async fn watch(&self, limit: Duration) {
    ///         sync_block!(state = self.lock, {
    ///             let fell;
    ///             (state, fell) =
    ///                 state.wait_for(&self.fell, |state| state.pressure < 10).within(limit).await;
    ///             if !fell {
    ///                 state.alarms += 1;
    ///             }
    ///         })
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let lock = Lock::new(PumpLock { pressure: 11, alarms: 0 });
    /// # let pump = Pump { lock, fell: Condition::shared() };
    /// # pump.watch(Duration::from_millis(1)).await;
    /// # assert_eq!(pump.lock.into_inner().alarms, 1);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with a timer. If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait`](crate::Guard::wait).
    pub fn within(self, limit: Duration) -> WaitWithin<Self> {
        WaitWithin::new(self, limit)
    }
}

#[cfg(feature = "tokio")]
impl<G: CanWait, F> WaitForSome<G, F> {
    /// Limits the wait: returns the guard, and what `take` returned.
    ///
    /// Like [`WaitFor::within`]: after `limit` it reacquires the lock and calls `take` for the last
    /// time. A limit of zero calls it once, without releasing the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use underlock::Condition;
    ///
    /// async fn next(inbox: &Condition<Vec<String>>) -> Option<String> {
    ///     let guard = inbox.acquire().await;
    ///     let (_guard, letter) =
    ///         guard.wait_for_some(Vec::pop).within(Duration::from_millis(1)).await;
    ///     letter
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # assert_eq!(next(&Condition::default()).await, None);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with a timer. If `take` panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait_for_some`](crate::Guard::wait_for_some).
    pub fn within(self, limit: Duration) -> WaitWithin<Self> {
        WaitWithin::new(self, limit)
    }
}

/// Where there is no timer the methods say so.
#[cfg(not(feature = "tokio"))]
macro_rules! untimed {
    ($([$($generics:tt)*] $wait:ty => $outcome:ty;)*) => {$(
        impl<$($generics)*> $wait {
            #[doc(hidden)]
            pub fn within<R>(self, _: Duration) -> core::future::Pending<$outcome>
            where
                core::marker::PhantomData<Self>: crate::misuse::Timed,
            {
                core::future::pending()
            }
        }
    )*};
}

#[cfg(not(feature = "tokio"))]
untimed! {
    [G: CanWait] Wait<G> => (G, bool);
    [G: CanWait, P] WaitFor<G, P> => (G, bool);
    [G: CanWait, F] WaitForSome<G, F> => (G, Option<R>);
}
