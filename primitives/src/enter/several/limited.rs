//! The limit of a block of several, which stands on its last head and holds for all.
//!
//! Each has a future with a name: that of an `async fn` would be generic over the slots and their
//! bounds, and a block that is entered by `&Lock` could not be seen to be `Send`, see [`Slot`].

use core::pin::Pin;
use core::task::{Context, Poll, ready};

#[cfg(feature = "tokio")]
use tokio::task::coop::{Unconstrained, unconstrained};

use super::{Several, Slot, SlotOf, Slots};
use crate::coop;
use crate::enter::{Busy, Elapsed, Enter, Now, Within};

/// What a limit on the last of several heads holds for, and what comes of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't limit a block of several",
    label = "its limit is its own",
    note = "in a block of several the last head ends in the `.now()` or `.within(…)` of a primitive \
            of `underlock`, and that holds for all heads"
)]
pub trait Limited {
    /// What is entered.
    type Limits: Enter + ?Sized;
    /// What is said if it is not.
    type Error;
    /// The future of entering all slots, or none.
    type Entering<S: Slots>: Future<Output = Result<S::Entered, Self::Error>>;

    /// A slot for what is limited.
    fn slot(&self) -> SlotOf<'_, Self::Limits>;

    /// Waits for all slots under the limit: for all or none.
    fn enter<S: Slots>(&self, several: Several<S>) -> Self::Entering<S>;
}

// === now ===

/// Without tokio there is no budget to be free of.
#[cfg(not(feature = "tokio"))]
type Unconstrained<F> = F;

#[cfg(not(feature = "tokio"))]
fn unconstrained<F>(future: F) -> F {
    future
}

pin_project_lite::pin_project! {
    /// Enters all of several at once, or none.
    #[must_use = "nothing is entered until the future is awaited"]
    pub struct SeveralNow<S> {
        // Were it to yield for each of the locks, a free one would pass for a busy one.
        #[pin]
        several: Unconstrained<Several<S>>,
    }
}

impl<S: Slots> Future for SeveralNow<S> {
    type Output = Result<S::Entered, Busy>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        ready!(coop::poll_spend(cx));
        Poll::Ready(match self.project().several.poll(cx) {
            Poll::Ready(entered) => Ok(entered),
            Poll::Pending => Err(Busy),
        })
    }
}

#[diagnostic::do_not_recommend]
impl<L: Enter + ?Sized> Limited for Now<'_, L> {
    type Limits = L;
    type Error = Busy;
    type Entering<S: Slots> = SeveralNow<S>;

    fn slot(&self) -> SlotOf<'_, L> {
        Slot::new(self.entered)
    }

    fn enter<S: Slots>(&self, several: Several<S>) -> SeveralNow<S> {
        SeveralNow { several: unconstrained(several) }
    }
}

// === within ===

#[cfg(feature = "tokio")]
pin_project_lite::pin_project! {
    /// Waits until all of several can be entered, or a limit elapses.
    #[must_use = "nothing is entered until the future is awaited"]
    pub struct SeveralWithin<S> {
        #[pin]
        several: tokio::time::Timeout<Several<S>>,
    }
}

#[cfg(feature = "tokio")]
impl<S: Slots> Future for SeveralWithin<S> {
    type Output = Result<S::Entered, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().several.poll(cx).map(|entered| entered.map_err(|_| Elapsed))
    }
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl<L: Enter + ?Sized> Limited for Within<'_, L> {
    type Limits = L;
    type Error = Elapsed;
    type Entering<S: Slots> = SeveralWithin<S>;

    fn slot(&self) -> SlotOf<'_, L> {
        Slot::new(self.entered)
    }

    fn enter<S: Slots>(&self, several: Several<S>) -> SeveralWithin<S> {
        SeveralWithin { several: tokio::time::timeout(self.limit, several) }
    }
}

#[cfg(not(feature = "tokio"))]
impl<L: Enter + ?Sized> Limited for Within<'_, L>
where
    core::marker::PhantomData<L>: crate::misuse::Timed,
{
    type Limits = L;
    type Error = Elapsed;
    type Entering<S: Slots> = core::future::Pending<Result<S::Entered, Elapsed>>;

    fn slot(&self) -> SlotOf<'_, L> {
        Slot::new(self.entered)
    }

    fn enter<S: Slots>(&self, _: Several<S>) -> Self::Entering<S> {
        match *crate::misuse::Timed::never(&core::marker::PhantomData::<L>) {}
    }
}
