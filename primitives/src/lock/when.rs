//! Declared conditions: waiting until one is true, with the guard in hand or from outside.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use super::guard::Guard;
use super::{GiveUp, Identity, Lock, monitor};
use crate::condition::DeclaredOf;
use crate::coop;
use crate::guarded::Conditions;
use crate::queue::{Waiter, waiting};

/// Enters a lock once a declared condition is true: the head `lock.when(&condition)` of a block.
///
/// Made by [`Lock::when`]. Outside a block, awaiting it gives the guard.
#[must_use = "nothing is entered until this is the head of a block, or awaited"]
pub struct When<'h, T: ?Sized + Conditions<N>, const N: usize> {
    lock: &'h Lock<T, N>,
    side: usize,
    identity: Option<&'h Identity>,
}

/// Waits until a declared condition is true, and returns the guard: the future of
/// [`Guard::wait_until`] and of [`Lock::when`].
///
/// If it is dropped the lock is not held, as with [`Wait`](super::Wait).
#[must_use = "the lock is not released, and nothing waits, until the future is awaited"]
pub struct WaitUntil<'a, T: ?Sized + Conditions<N>, const N: usize> {
    waiter: Waiter<&'a Lock<T, N>, u32>,
    rest: Until<'a, T, N>,
}

/// What one who waits for a declared condition has beside its waiter.
struct Until<'a, T: ?Sized + Conditions<N>, const N: usize> {
    /// The guard, before the first look.
    guard: Option<Guard<'a, T, N>>,
    side: usize,
    /// Of the condition, until it is checked with the lock held.
    identity: Option<&'a Identity>,
    /// Its place among those who wait for the condition, once it has one.
    place: Option<u32>,
}

waiting! {
    ['a, T: ?Sized + Conditions<N>, const N: usize]
    WaitUntil<'a, T, N> { waiter: Waiter<&'a Lock<T, N>, u32>, rest: Until<'a, T, N> }
    |waiter, until: &mut Until<'a, T, N>| until.cancel(waiter)
}

/// Whether condition `side` of this state is true. See [`assert_declared`] for one without a predicate.
#[inline]
fn is_true<T: ?Sized + Conditions<N>, const N: usize>(data: &T, side: usize) -> bool {
    T::WHEN[side].is_some_and(|when| when(data))
}

/// Fails to compile unless the state says when the condition is true. `#[guarded]` always does; it takes
/// an implementation of `Conditions` by hand to forget it.
const fn assert_declared<T: ?Sized + Conditions<N>, C: DeclaredOf<T> + ?Sized, const N: usize>() {
    assert!(C::SIDE < N, "the lock has fewer conditions than this one is numbered");
    assert!(T::WHEN[C::SIDE].is_some(), "the state does not say when this condition is true");
}

// === impl Lock ===

impl<T: ?Sized + Conditions<N>, const N: usize> Lock<T, N> {
    /// Enters once a [declared](crate::guarded#declared-conditions) condition is true: the head of a
    /// block. Outside a block it can be awaited, and gives the guard.
    ///
    /// Nobody has to notify it: each release of the lock looks whether it is true. Followed by `.now()`
    /// or `.within(limit)` the value is a `Result`, and [`Busy`](crate::Busy) says that the lock is
    /// held or the condition is false.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Busy, Condition, Lock, guarded, sync_block};
    ///
    /// #[guarded]
    /// struct Stack {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     items: Vec<u32>,
    ///     #[condition(lock, when = |state| !state.items.is_empty())]
    ///     not_empty: Condition,
    /// }
    ///
    /// impl Stack {
    ///     async fn pop(&self) -> u32 {
    ///         sync_block!(state = self.lock.when(&self.not_empty), {
    ///             state.items.pop().expect("not empty")
    ///         })
    ///     }
    ///
    ///     async fn try_pop(&self) -> Result<u32, Busy> {
    ///         let mut state = self.lock.when(&self.not_empty).now().await?;
    ///         Ok(state.items.pop().expect("not empty"))
    ///     }
    ///
    ///     async fn push(&self, item: u32) {
    ///         self.lock.acquire().await.items.push(item);
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let lock = Lock::new(StackLock { items: Vec::new() });
    /// let stack = Stack { lock, not_empty: Condition::shared() };
    /// assert_eq!(stack.try_pop().await, Err(Busy));
    /// assert_eq!(tokio::join!(stack.pop(), stack.push(7)), (7, ()));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `condition` is a field of another value than the lock: see
    /// [`Condition`](crate::Condition#panics).
    ///
    /// # Fairness
    ///
    /// As for [`Guard::wait_until`].
    ///
    /// # Cancel safety
    ///
    /// Dropping it leaves the queue. A signal that it had received goes to the next waiter.
    #[track_caller]
    pub fn when<'h, C>(&'h self, condition: &'h C) -> When<'h, T, N>
    where
        C: DeclaredOf<T> + ?Sized,
    {
        const { assert_declared::<T, C, N>() };
        let mut identity = condition.identity();
        if let Some(condition) = identity {
            if self.identities[C::SIDE].is_known_of::<T>(condition) {
                identity = None;
            }
        }
        When { lock: self, side: C::SIDE, identity }
    }
}

// === impl Guard ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Guard<'a, T, N> {
    /// Releases the lock and waits until a [declared](crate::guarded#declared-conditions) condition is
    /// true, unless it is so already.
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
    ///     #[condition(lock, when = |state| state.running == 0)]
    ///     drained: Condition,
    /// }
    ///
    /// impl Jobs {
    ///     async fn restart(&self) {
    ///         let mut state = self.lock.acquire().await;
    ///         state = state.wait_until(&self.drained).await;
    ///         state.running = 1;
    ///     }
    ///
    ///     async fn finish(&self) {
    ///         self.lock.acquire().await.running -= 1; // nobody to notify
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`wait`](Self::wait). If the predicate panics the lock is released.
    ///
    /// # Fairness
    ///
    /// Each release of the lock signals the longest waiting for whom the condition is true, who is woken
    /// as by [`notify_one`](Self::notify_one). It can be barged until it has been polled. If the
    /// condition is false again by then it returns to its place, before all who came after it.
    ///
    /// # Cancel safety
    ///
    /// As for [`wait`](Self::wait): a signal that it had received goes to the next waiter.
    #[inline]
    #[track_caller]
    pub fn wait_until<C>(self, condition: &C) -> WaitUntil<'a, T, N>
    where
        C: DeclaredOf<T> + ?Sized,
    {
        const { assert_declared::<T, C, N>() };
        let side = self.lock().side_of(condition);
        WaitUntil::new(self.lock(), Some(self), side, None)
    }
}

// === impl When ===

impl<'h, T: ?Sized + Conditions<N>, const N: usize> When<'h, T, N> {
    pub(crate) fn lock(&self) -> &'h Lock<T, N> {
        self.lock
    }

    /// Waits for the lock and the condition.
    pub(crate) fn wait(&self) -> WaitUntil<'h, T, N> {
        WaitUntil::new(self.lock, None, self.side, self.identity)
    }

    /// The lock, if it is free and the condition is true.
    pub(crate) fn try_acquire(&self) -> Option<Guard<'h, T, N>> {
        let guard = self.lock.try_acquire()?;
        if let Some(condition) = self.identity {
            self.lock.identities[self.side].check::<T>(condition);
        }
        is_true(&*guard, self.side).then_some(guard)
    }
}

impl<'h, T: ?Sized + Conditions<N>, const N: usize> IntoFuture for When<'h, T, N> {
    type Output = Guard<'h, T, N>;
    type IntoFuture = WaitUntil<'h, T, N>;

    fn into_future(self) -> WaitUntil<'h, T, N> {
        self.wait()
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> fmt::Debug for When<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When").finish_non_exhaustive()
    }
}

// === impl Until ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Until<'a, T, N> {
    fn check_identity(&mut self, guard: &Guard<'a, T, N>) {
        if let Some(condition) = self.identity.take() {
            guard.lock().identities[self.side].check::<T>(condition);
        }
    }

    #[inline]
    fn cancel(&self, waiter: Pin<&mut Waiter<&'a Lock<T, N>, u32>>) {
        if !waiter.is_idle() {
            monitor::cancel(waiter.seat(), Some(self.side));
        }
    }
}

// === impl WaitUntil ===

impl<'a, T: ?Sized + Conditions<N>, const N: usize> WaitUntil<'a, T, N> {
    fn new(
        lock: &'a Lock<T, N>,
        guard: Option<Guard<'a, T, N>>,
        side: usize,
        identity: Option<&'a Identity>,
    ) -> Self {
        Self { waiter: Waiter::new(lock, 0), rest: Until { guard, side, identity, place: None } }
    }
}

impl<'a, T: ?Sized + Conditions<N>, const N: usize> Future for WaitUntil<'a, T, N> {
    type Output = Guard<'a, T, N>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (mut waiter, until) = self.split();
        let guard = if let Some(guard) = until.guard.take() {
            // Ready at once, time after time, it must not keep its task from yielding; and it keeps no
            // lock meanwhile.
            let budget = ready!(coop::poll_proceed(cx));
            if is_true(&*guard, until.side) {
                budget.made_progress();
                return Poll::Ready(guard);
            }
            coop::give_back(budget);
            guard
        } else {
            let guard = match until.place {
                None => ready!(Guard::poll_acquire(waiter.as_mut(), cx)),
                Some(_) => ready!(Guard::poll_notified(waiter.as_mut(), until.side, cx)),
            };
            until.check_identity(&guard);
            // If the predicate panics the guard releases the lock.
            if is_true(&*guard, until.side) {
                return Poll::Ready(guard);
            }
            guard
        };
        // While the lock is held: a waker may panic when it is cloned.
        let waker = cx.waker().clone();
        let place = monitor::park(waiter.seat(), guard.into_turn(), until.side, until.place, waker);
        until.place = Some(place);
        Poll::Pending
    }
}

impl<'a, T: ?Sized + Conditions<N>, const N: usize> GiveUp for WaitUntil<'a, T, N> {
    type Outcome = (Guard<'a, T, N>, bool);

    fn in_time(guard: Guard<'a, T, N>) -> Self::Outcome {
        (guard, true)
    }

    fn poll_given_up(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Outcome> {
        let (mut waiter, until) = self.split();
        let guard = if let Some(guard) = until.guard.take() {
            // A limit of zero: the wait has not begun. It costs budget, as whatever is ready at once.
            ready!(coop::poll_spend(cx));
            guard
        } else {
            monitor::give_up(waiter.as_mut().seat(), until.side);
            let guard = ready!(Guard::poll_notified(waiter, until.side, cx));
            until.check_identity(&guard);
            guard
        };
        // If the predicate panics the guard releases the lock.
        let met = is_true(&*guard, until.side);
        Poll::Ready((guard, met))
    }
}

#[cfg(feature = "tokio")]
impl<T: ?Sized + Conditions<N>, const N: usize> WaitUntil<'_, T, N> {
    /// Limits the wait: returns the guard, and whether the condition is true.
    ///
    /// After `limit` it reacquires the lock, which it holds in any case when it returns, and checks the
    /// condition for the last time. A limit of zero checks once, without releasing the lock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use underlock::{Condition, Lock, guarded, sync_block};
    ///
    /// #[guarded]
    /// struct Jobs {
    ///     lock: Lock,
    ///     #[guarded(lock)]
    ///     running: usize,
    ///     #[condition(lock, when = |state| state.running == 0)]
    ///     drained: Condition,
    /// }
    ///
    /// impl Jobs {
    ///     async fn stop(&self, limit: Duration) -> Result<(), usize> {
    ///         sync_block!(state = self.lock, {
    ///             let drained;
    ///             (state, drained) = state.wait_until(&self.drained).within(limit).await;
    ///             if drained { Ok(()) } else { Err(state.running) }
    ///         })
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let jobs = Jobs { lock: Lock::new(JobsLock { running: 3 }), drained: Condition::shared() };
    /// # assert_eq!(jobs.stop(Duration::from_millis(1)).await, Err(3));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with a timer. If the predicate panics the lock is released.
    ///
    /// # Cancel safety
    ///
    /// As for [`Guard::wait_until`].
    pub fn within(self, limit: core::time::Duration) -> super::WaitWithin<Self> {
        super::WaitWithin::new(self, limit)
    }
}

impl<T: ?Sized + Conditions<N>, const N: usize> fmt::Debug for WaitUntil<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitUntil").finish_non_exhaustive()
    }
}
