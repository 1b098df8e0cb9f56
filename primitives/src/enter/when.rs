//! Entering a lock once a declared condition is true: `lock.when(&condition)`.

use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use super::several::{Alone, Neither};
use super::{Busy, Enter, EnterNow, Now, TryEnter, Within};
use crate::coop;
use crate::guarded::Conditions;
use crate::lock::{Guard, WaitUntil, When};

impl<T: ?Sized + Conditions<N>, const N: usize> When<'_, T, N> {
    /// Enters at once or not at all: the head of a block, whose value is then a `Result<_, Busy>`.
    /// Outside a block it can be awaited. [`Busy`] says that the lock is held, or the condition false.
    ///
    /// # Examples
    ///
    /// See [`Lock::when`](crate::Lock::when).
    pub fn now(&self) -> Now<'_, Self> {
        Now { entered: self }
    }

    /// Enters within `limit` or not at all: the head of a block, whose value is then a
    /// `Result<_, Elapsed>`. Outside a block it can be awaited.
    ///
    /// What can be entered at once is, even if the limit is zero. Cancel-safe: dropping it leaves the
    /// queue. It needs the feature `tokio`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use underlock::{Condition, Elapsed, Lock, guarded, sync_block};
    /// # #[guarded]
    /// # struct Jobs {
    /// #     lock: Lock,
    /// #     #[guarded(lock)]
    /// #     running: usize,
    /// #     #[condition(lock, when = |state| state.running == 0)]
    /// #     drained: Condition,
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let jobs = Jobs { lock: Lock::new(JobsLock { running: 1 }), drained: Condition::shared() };
    /// let limit = Duration::from_millis(5);
    /// let drained = sync_block!(_jobs = jobs.lock.when(&jobs.drained).within(limit), {});
    /// assert_eq!(drained, Err(Elapsed));
    /// # }
    /// ```
    pub fn within(&self, limit: Duration) -> Within<'_, Self> {
        Within::new(self, limit)
    }
}

impl<'h, T: ?Sized + Conditions<N>, const N: usize> Enter for When<'h, T, N> {
    type Entered<'a>
        = Guard<'h, T, N>
    where
        Self: 'a;
    type Entering<'a>
        = WaitUntil<'h, T, N>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> WaitUntil<'h, T, N> {
        self.wait()
    }

    fn identity(&self) -> Option<*const ()> {
        self.lock().identity()
    }
}

#[diagnostic::do_not_recommend]
impl<'n, 'h, T: ?Sized + Conditions<N>, const N: usize> TryEnter for Now<'n, When<'h, T, N>> {
    type Entered<'a>
        = Guard<'h, T, N>
    where
        Self: 'a;
    type Error = Busy;
    type Entering<'a>
        = EnterNow<'n, When<'h, T, N>>
    where
        Self: 'a;

    #[inline]
    fn try_enter(&self) -> Self::Entering<'_> {
        EnterNow { entered: self.entered }
    }
}

impl<'h, T: ?Sized + Conditions<N>, const N: usize> Future for EnterNow<'_, When<'h, T, N>> {
    type Output = Result<Guard<'h, T, N>, Busy>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(coop::poll_spend(cx));
        Poll::Ready(self.entered.try_acquire().ok_or(Busy))
    }
}

impl<'n, 'h, T: ?Sized + Conditions<N>, const N: usize> IntoFuture for Now<'n, When<'h, T, N>> {
    type Output = Result<Guard<'h, T, N>, Busy>;
    type IntoFuture = EnterNow<'n, When<'h, T, N>>;

    fn into_future(self) -> Self::IntoFuture {
        self.try_enter()
    }
}

// While it waited for its condition the others would be held.

impl<T: ?Sized + Conditions<N>, const N: usize> Alone for When<'_, T, N> {
    type Barrier = Neither;
    type When = Self;
}

impl<T: ?Sized + Conditions<N>, const N: usize> Alone for Now<'_, When<'_, T, N>> {
    type Barrier = Neither;
    type When = Self;
}

impl<T: ?Sized + Conditions<N>, const N: usize> Alone for Within<'_, When<'_, T, N>> {
    type Barrier = Neither;
    type When = Self;
}
