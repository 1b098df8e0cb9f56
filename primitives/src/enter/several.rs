//! A block of several: queueing for all of its locks at once.
//!
//! A lock granted while others are not is kept for some of the block's own polls, and then passed
//! on, with the places in the other queues kept. So whoever is waited for by such a block never
//! waits for it in turn: it is part of no deadlock, in whatever order others nest.

use core::pin::Pin;
use core::task::{Context, Poll};

use super::{Busy, Elapsed, Enter, Now, Within};

/// How many polls a granted lock is kept for the others the first time.
///
/// Long enough for holders of the others who yield once or twice; a task that is woken all the time
/// is run about as often as they are.
const PATIENCE: u32 = 16;

/// How often the patience doubles. Where the holders of the other locks sleep, sixteen polls are
/// over before the first of them has gone; to be passed over for ever would be no fairness. The
/// last patience, 2^16 polls, is some tens of milliseconds on an otherwise idle worker.
const DOUBLINGS: u32 = 12;

pin_project_lite::pin_project! {
    /// One lock of several.
    #[project = SlotStage]
    pub enum Slot<'a, L>
    where
        L: Enter,
        L: ?Sized,
        L: 'a,
    {
        /// Not queued: not asked for yet, passed on, or taken.
        Idle { lock: &'a L },
        /// In line, and perhaps granted.
        Waiting { lock: &'a L, #[pin] entering: L::Entering<'a> },
        /// Entered, and kept for `polls` polls already.
        Held { lock: &'a L, entered: Option<L::Entered<'a>>, polls: u32 },
    }
}

impl<'a, L: Enter + ?Sized> Slot<'a, L> {
    /// A slot for a lock that is not asked for yet.
    pub fn new(lock: &'a L) -> Self {
        Slot::Idle { lock }
    }
}

impl<L: Enter + ?Sized> core::fmt::Debug for Slot<'_, L> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Slot::Idle { .. } => "Idle",
            Slot::Waiting { .. } => "Waiting",
            Slot::Held { .. } => "Held",
        })
    }
}

/// How a slot stands after it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Stage {
    Idle,
    Waiting,
    Held,
}

/// One slot, whatever its lock.
#[doc(hidden)]
pub trait Turn {
    /// Joins the line if the slot is idle.
    fn ask(self: Pin<&mut Self>);

    /// Polls a slot that waits.
    fn advance(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Stage;

    /// Counts a poll of a slot that is held, and passes its lock on after `patience` of them.
    fn age(self: Pin<&mut Self>, patience: u32) -> Stage;
}

impl<L: Enter + ?Sized> Turn for Slot<'_, L> {
    fn ask(mut self: Pin<&mut Self>) {
        if let SlotStage::Idle { lock } = self.as_mut().project() {
            let lock = *lock;
            self.set(Slot::Waiting { lock, entering: lock.enter() });
        }
    }

    fn advance(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Stage {
        match self.as_mut().project() {
            SlotStage::Idle { .. } => Stage::Idle,
            SlotStage::Held { .. } => Stage::Held,
            SlotStage::Waiting { lock, entering } => match entering.poll(cx) {
                Poll::Pending => Stage::Waiting,
                Poll::Ready(entered) => {
                    let lock = *lock;
                    self.set(Slot::Held { lock, entered: Some(entered), polls: 0 });
                    Stage::Held
                }
            },
        }
    }

    fn age(mut self: Pin<&mut Self>, patience: u32) -> Stage {
        match self.as_mut().project() {
            SlotStage::Idle { .. } => Stage::Idle,
            SlotStage::Waiting { .. } => Stage::Waiting,
            SlotStage::Held { lock, polls, .. } => {
                *polls += 1;
                if *polls < patience {
                    return Stage::Held;
                }
                let lock = *lock;
                self.set(Slot::Idle { lock });
                Stage::Idle
            }
        }
    }
}

/// Slots, one or more.
#[doc(hidden)]
pub trait Slots {
    /// What the block binds.
    type Entered;

    fn each(self: Pin<&mut Self>, look: &mut dyn FnMut(Pin<&mut dyn Turn>));

    fn each_identity(&self, look: &mut dyn FnMut(Option<*const ()>));

    /// What was entered, if all is held.
    fn take(self: Pin<&mut Self>) -> Option<Self::Entered>;
}

impl<'a, L: Enter + ?Sized> Slots for Slot<'a, L> {
    type Entered = L::Entered<'a>;

    fn each(self: Pin<&mut Self>, look: &mut dyn FnMut(Pin<&mut dyn Turn>)) {
        look(self);
    }

    fn each_identity(&self, look: &mut dyn FnMut(Option<*const ()>)) {
        let (Slot::Idle { lock } | Slot::Waiting { lock, .. } | Slot::Held { lock, .. }) = self;
        look(lock.identity());
    }

    fn take(self: Pin<&mut Self>) -> Option<Self::Entered> {
        match self.project() {
            SlotStage::Held { entered, .. } => entered.take(),
            _ => None,
        }
    }
}

pin_project_lite::pin_project! {
    /// A slot and further ones.
    #[derive(Debug)]
    pub struct Both<A, B> {
        #[pin]
        first: A,
        #[pin]
        rest: B,
    }
}

impl<A: Slots, B: Slots> Both<A, B> {
    /// Puts a slot in front of others.
    pub fn new(first: A, rest: B) -> Self {
        Both { first, rest }
    }
}

impl<A: Slots, B: Slots> Slots for Both<A, B> {
    type Entered = (A::Entered, B::Entered);

    fn each(self: Pin<&mut Self>, look: &mut dyn FnMut(Pin<&mut dyn Turn>)) {
        let this = self.project();
        this.first.each(look);
        this.rest.each(look);
    }

    fn each_identity(&self, look: &mut dyn FnMut(Option<*const ()>)) {
        self.first.each_identity(look);
        self.rest.each_identity(look);
    }

    fn take(self: Pin<&mut Self>) -> Option<Self::Entered> {
        let this = self.project();
        Some((this.first.take()?, this.rest.take()?))
    }
}

pin_project_lite::pin_project! {
    /// Waits until all of several can be entered.
    #[must_use = "nothing is entered until the future is awaited"]
    #[derive(Debug)]
    pub struct Several<S> {
        #[pin]
        slots: S,
        asked: bool,
        doublings: u32,
    }
}

impl<S: Slots> Several<S> {
    /// Queues for all slots, once it is polled.
    ///
    /// # Panics
    ///
    /// Panics if two slots are for the same lock: the block would deadlock.
    pub fn new(slots: S) -> Self {
        let mut number = 0;
        slots.each_identity(&mut |identity| {
            number += 1;
            let mut other = 0;
            slots.each_identity(&mut |known| {
                other += 1;
                assert!(
                    identity.is_none() || identity != known || other >= number,
                    "`sync_block!` was given the same lock twice, as number {other} and number \
                     {number}: this would deadlock",
                );
            });
        });
        Several { slots, asked: false, doublings: 0 }
    }
}

impl<S: Slots> Future for Several<S> {
    type Output = S::Entered;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !*this.asked {
            *this.asked = true;
            this.slots.as_mut().each(&mut |slot| slot.ask());
        }
        loop {
            let (mut idle, mut waiting, mut held) = (0, 0, 0);
            this.slots.as_mut().each(&mut |slot| match slot.advance(cx) {
                Stage::Idle => idle += 1,
                Stage::Waiting => waiting += 1,
                Stage::Held => held += 1,
            });
            // What was passed on is asked for again only now: while nothing is held, whoever holds
            // what is waited for keeps it as long as they like, and nothing is polled for nothing.
            if idle > 0 && (held > 0 || waiting == 0) {
                this.slots.as_mut().each(&mut |slot| slot.ask());
                continue;
            }
            if idle == 0 && waiting == 0 {
                break;
            }
            let patience = PATIENCE << *this.doublings;
            let mut kept = 0;
            this.slots.as_mut().each(&mut |slot| {
                if slot.age(patience) == Stage::Held {
                    kept += 1;
                }
            });
            if kept < held {
                *this.doublings = DOUBLINGS.min(*this.doublings + 1);
            }
            if kept > 0 {
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        match this.slots.take() {
            Some(entered) => Poll::Ready(entered),
            None => unreachable!("every slot is held, and taken once"),
        }
    }
}

// === limits ===

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

    /// A slot for what is limited.
    fn slot(&self) -> Slot<'_, Self::Limits>;

    /// Waits for all slots under the limit: for all or none.
    fn enter<S: Slots>(
        &self,
        several: Several<S>,
    ) -> impl Future<Output = Result<S::Entered, Self::Error>>;
}

#[diagnostic::do_not_recommend]
impl<L: Enter + ?Sized> Limited for Now<'_, L> {
    type Limits = L;
    type Error = Busy;

    fn slot(&self) -> Slot<'_, L> {
        Slot::new(self.entered)
    }

    async fn enter<S: Slots>(&self, several: Several<S>) -> Result<S::Entered, Busy> {
        // Were it to yield for tokio's budget, a free lock would pass for a busy one.
        #[cfg(feature = "tokio")]
        let several = tokio::task::unconstrained(several);
        let mut several = core::pin::pin!(several);
        core::future::poll_fn(|cx| match several.as_mut().poll(cx) {
            Poll::Ready(entered) => Poll::Ready(Ok(entered)),
            Poll::Pending => Poll::Ready(Err(Busy)),
        })
        .await
    }
}

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl<L: Enter + ?Sized> Limited for Within<'_, L> {
    type Limits = L;
    type Error = Elapsed;

    fn slot(&self) -> Slot<'_, L> {
        Slot::new(self.entered)
    }

    async fn enter<S: Slots>(&self, several: Several<S>) -> Result<S::Entered, Elapsed> {
        tokio::time::timeout(self.limit, several).await.map_err(|_| Elapsed)
    }
}

#[cfg(not(feature = "tokio"))]
impl<L: Enter + ?Sized> Limited for Within<'_, L>
where
    core::marker::PhantomData<L>: crate::misuse::Timed,
{
    type Limits = L;
    type Error = Elapsed;

    fn slot(&self) -> Slot<'_, L> {
        Slot::new(self.entered)
    }

    async fn enter<S: Slots>(&self, _: Several<S>) -> Result<S::Entered, Elapsed> {
        match *crate::misuse::Timed::never(&core::marker::PhantomData::<L>) {}
    }
}

// === barriers ===

/// What stands in no block of several.
pub trait Alone {}

/// Bound that what is [`Alone`] does not meet.
#[diagnostic::on_unimplemented(
    message = "a barrier can't be entered beside locks",
    label = "whoever waits here keeps the locks from those who are waited for",
    note = "wait at the barrier first, or enter the locks in a block inside: \
            `sync_block!(met = self.barrier, {{ sync_block!(state = self.lock, {{ … }}) }})`"
)]
pub trait BesideLocks {}
