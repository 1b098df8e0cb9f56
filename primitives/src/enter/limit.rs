//! Heads of a block that may not run: `lock.now()` and `lock.within(limit)`.

use core::error::Error;
use core::fmt;
#[cfg(feature = "std")]
use core::hash::Hash;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use super::{Enter, TryEnter};
use crate::barrier::Barrier;
use crate::bounded_semaphore::BoundedSemaphore;
use crate::condition::{Condition, ConditionGuard};
use crate::coop;
use crate::guarded::Conditions;
use crate::lock::{Guard, Lock};
#[cfg(feature = "std")]
use crate::lock_map::{Key, KeyGuard};
use crate::semaphore::{Closable, Closed, Many, Permit, PermitSource, Semaphore};

/// The error of a block whose head ends in `.now()`: not everything that it enters was free.
///
/// # Examples
///
/// ```
/// # use underlock::{Busy, Lock, sync_block};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lock = Lock::new(1);
/// let guard = lock.acquire().await;
/// assert_eq!(sync_block!(value = lock.now(), { *value }), Err(Busy));
/// # drop(guard);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not free at once")
    }
}

impl Error for Busy {}

/// The error of a block whose head ends in `.within(limit)`: the limit elapsed before the block was
/// entered.
///
/// # Examples
///
/// ```
/// # use std::time::Duration;
/// # use underlock::{Elapsed, Lock, sync_block};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let lock = Lock::new(1);
/// let guard = lock.acquire().await;
/// let value = sync_block!(value = lock.within(Duration::from_millis(1)), { *value });
/// assert_eq!(value, Err(Elapsed));
/// # drop(guard);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not entered within the limit")
    }
}

impl Error for Elapsed {}

/// Enters at once or not at all: the head `lock.now()` of a block.
///
/// Outside a block, awaiting it gives the guard, or [`Busy`]. It waits for nobody; a task that has spent
/// tokio's cooperative budget yields first.
#[must_use = "nothing is entered until this is the head of a block, or awaited"]
pub struct Now<'h, L: ?Sized> {
    pub(super) entered: &'h L,
}

/// Enters within a limit or not at all: the head `lock.within(limit)` of a block.
///
/// Outside a block, awaiting it gives the guard, or [`Elapsed`]. What is free is entered even if
/// the limit is zero. Cancel-safe: dropping it leaves the queue.
#[must_use = "nothing is entered until this is the head of a block, or awaited"]
pub struct Within<'h, L: ?Sized> {
    pub(super) entered: &'h L,
    pub(super) limit: Duration,
}

impl<'h, L: ?Sized> Within<'h, L> {
    pub(super) fn new(entered: &'h L, limit: Duration) -> Self {
        Self { entered, limit }
    }
}

impl<L: ?Sized> fmt::Debug for Now<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Now").finish_non_exhaustive()
    }
}

impl<L: ?Sized> fmt::Debug for Within<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").field("limit", &self.limit).finish_non_exhaustive()
    }
}

// === now ===

/// Enters something if it is free: the future of [`Now`].
///
/// It does not wait, but for tokio's cooperative budget (feature `tokio`): a task that has spent it
/// yields once.
#[must_use = "nothing is entered until the future is awaited"]
pub struct EnterNow<'h, L: ?Sized> {
    pub(super) entered: &'h L,
}

impl<L: ?Sized> fmt::Debug for EnterNow<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterNow").finish_non_exhaustive()
    }
}

// === within ===

pin_project_lite::pin_project! {
    /// Waits until something can be entered, or a limit elapses: the future of [`Within`].
    ///
    /// It goes by the future that it limits and not by what is entered, whose `Enter` could not be seen
    /// to hold for any lifetime where this is asked to be `Send`.
    #[must_use = "nothing is entered until the future is awaited"]
    pub struct EnterWithin<F> {
        #[pin]
        entering: timer::Timeout<F>,
    }
}

/// Where there is no timer, nothing can be made that is entered within a limit.
#[cfg(not(feature = "tokio"))]
mod timer {
    use core::marker::PhantomData;

    pub(super) use core::convert::Infallible as Elapsed;

    pub(super) struct Timeout<F>(Elapsed, PhantomData<F>);

    impl<F: Future> Future for Timeout<F> {
        type Output = Result<F::Output, Elapsed>;

        fn poll(
            self: core::pin::Pin<&mut Self>,
            _: &mut core::task::Context<'_>,
        ) -> core::task::Poll<Self::Output> {
            match self.0 {}
        }
    }
}

#[cfg(feature = "tokio")]
mod timer {
    pub(super) use tokio::time::error::Elapsed;
    pub(super) use tokio::time::{Timeout, timeout};
}

impl<F: Future> Future for EnterWithin<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().entering.poll(cx).map(|entered| entered.map_err(|_: timer::Elapsed| Elapsed))
    }
}

impl<F> fmt::Debug for EnterWithin<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnterWithin").finish_non_exhaustive()
    }
}

#[cfg(feature = "tokio")]
impl<'h, L: Enter + ?Sized> IntoFuture for Within<'h, L> {
    type Output = Result<L::Entered<'h>, Elapsed>;
    type IntoFuture = EnterWithin<L::Entering<'h>>;

    fn into_future(self) -> EnterWithin<L::Entering<'h>> {
        self.try_enter()
    }
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl<'h, L: Enter + ?Sized> TryEnter for Within<'h, L> {
    type Entered<'a>
        = L::Entered<'h>
    where
        Self: 'a;
    type Error = Elapsed;
    type Entering<'a>
        = EnterWithin<L::Entering<'h>>
    where
        Self: 'a;

    fn try_enter(&self) -> EnterWithin<L::Entering<'h>> {
        EnterWithin { entering: timer::timeout(self.limit, self.entered.enter()) }
    }
}

#[cfg(not(feature = "tokio"))]
impl<'h, L: Enter + ?Sized> TryEnter for Within<'h, L>
where
    core::marker::PhantomData<L>: crate::misuse::Timed,
{
    type Entered<'a>
        = L::Entered<'h>
    where
        Self: 'a;
    type Error = Elapsed;
    type Entering<'a>
        = EnterWithin<L::Entering<'h>>
    where
        Self: 'a;

    fn try_enter(&self) -> EnterWithin<L::Entering<'h>> {
        match *crate::misuse::Timed::never(&core::marker::PhantomData::<L>) {}
    }
}

/// The methods that limit how long a block waits.
macro_rules! limits {
    (@now) => {};
    (@now $guard:ty) => {
        /// Enters at once or not at all: the head of a block, whose value is then a
        /// `Result<_, Busy>`. Outside a block it can be awaited.
        ///
        /// # Examples
        ///
        /// See [`sync_block!`](crate::sync_block).
        pub fn now(&self) -> Now<'_, Self> {
            Now { entered: self }
        }
    };
    (@try [$($generics:tt)*] $type:ty) => {};
    (@try [$($generics:tt)*] $type:ty, $guard:ty) => {
        limits! { @try [$($generics)*] $type, $guard, |entered| entered.try_acquire() }
    };
    (@try [$($generics:tt)*] $type:ty, $guard:ty, |$entered:ident| $try:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'h, $($generics)*> TryEnter for Now<'h, $type> {
            type Entered<'a>
                = $guard
            where
                Self: 'a;
            type Error = Busy;
            type Entering<'a>
                = EnterNow<'h, $type>
            where
                Self: 'a;

            #[inline]
            fn try_enter(&self) -> EnterNow<'h, $type> {
                EnterNow { entered: self.entered }
            }
        }

        impl<'h, $($generics)*> Future for EnterNow<'h, $type> {
            type Output = Result<$guard, Busy>;

            #[inline]
            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                ready!(coop::poll_spend(cx));
                let $entered = self.entered;
                Poll::Ready($try.ok_or(Busy))
            }
        }

        impl<'h, $($generics)*> IntoFuture for Now<'h, $type> {
            type Output = Result<$guard, Busy>;
            type IntoFuture = EnterNow<'h, $type>;

            fn into_future(self) -> EnterNow<'h, $type> {
                self.try_enter()
            }
        }
    };
    ($([$($generics:tt)*] $type:ty $(, $guard:ty $(, |$entered:ident| $try:expr)?)?;)*) => {$(
        impl<$($generics)*> $type {
            limits!(@now $($guard)?);

            /// Enters within `limit` or not at all: the head of a block, whose value is then a
            /// `Result<_, Elapsed>`. Outside a block it can be awaited.
            ///
            /// What is free is entered even if the limit is zero. Cancel-safe: dropping it leaves
            /// the queue. It needs the feature `tokio`.
            ///
            /// # Examples
            ///
            /// See [`sync_block!`](crate::sync_block).
            pub fn within(&self, limit: Duration) -> Within<'_, Self> {
                Within::new(self, limit)
            }
        }

        limits!(@try [$($generics)*] $type $(, $guard $(, |$entered| $try)?)?);
    )*};
}

limits! {
    [T: ?Sized + Conditions<N>, const N: usize] Lock<T, N>, Guard<'h, T, N>;
    [T] Condition<T>, ConditionGuard<'h, T>;
    [] Semaphore, Permit<'h>;
    [] BoundedSemaphore, Permit<'h, BoundedSemaphore>;
    [S: PermitSource] Closable<S>, Result<Permit<'h, Closable<S>>, Closed>,
        |entered| entered.try_acquire().transpose();
    ['s, S: PermitSource] Many<'s, S>, S::Entered<'s>;
    [] Barrier;
}

#[cfg(feature = "std")]
limits! {
    ['m, 'k, K: Eq + Hash + Clone, T: Default] Key<'m, 'k, K, T>, KeyGuard<'m, K, T>;
}
