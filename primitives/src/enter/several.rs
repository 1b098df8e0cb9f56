//! A block of several: queueing for all of its locks, and holding them in one order.
//!
//! The block queues for all of its locks at once. It holds on to a lock only while it holds all that
//! come before it in the order of their addresses, the same for every block: one that is granted out
//! of order is passed on in the same poll, and asked for again when its turn in the order comes. So
//! blocks of several can't deadlock, or keep passing grants to one another, in whichever order they
//! name their locks.
//!
//! Others may nest in another order. Locks that are held while a further one is waited for are kept
//! for a bounded number of the block's own polls, and then all passed on; the place in the queue of
//! the further one is kept. So whoever such a block waits for never waits for it in turn: it is part of no deadlock.

mod limited;

use core::pin::Pin;
use core::task::{Context, Poll};

pub(crate) use limited::Limited;

use super::Enter;

/// How many polls a lock is kept for the others the first time.
///
/// Long enough for holders of the others that yield once or twice: a task that wakes itself is run
/// about as often as they are.
const PATIENCE: u32 = 16;

/// How often the patience doubles. Where the holders of the other locks sleep, sixteen polls are
/// over before the first of them has gone; to be passed over for ever would be no fairness. The
/// last patience, 2^16 polls, is some tens of milliseconds on an otherwise idle worker.
const DOUBLINGS: u32 = 12;

pin_project_lite::pin_project! {
    /// One lock of several.
    ///
    /// Its future and what is entered are parameters, to be known where the block stands: the compiler
    /// looks at what is in a future with its lifetimes left out, and can't tell then whether what
    /// `Enter` calls `Entering<'a>` for `&Lock` is `Send`.
    #[project = SlotStage]
    pub enum Slot<'a, L, Entering, Entered>
    where
        L: ?Sized,
        L: 'a,
    {
        /// Not queued: not asked for yet, passed on, or taken.
        Idle { lock: &'a L },
        /// Queued, and perhaps granted.
        Waiting { lock: &'a L, #[pin] entering: Entering },
        Held { lock: &'a L, entered: Option<Entered> },
    }
}

/// The slot of a lock of this type.
pub(crate) type SlotOf<'a, L> = Slot<'a, L, <L as Enter>::Entering<'a>, <L as Enter>::Entered<'a>>;

impl<'a, L: Enter + ?Sized> SlotOf<'a, L> {
    /// A slot for a lock that is not asked for yet.
    pub fn new(lock: &'a L) -> Self {
        Slot::Idle { lock }
    }
}

impl<'a, L: ?Sized, Entering, Entered> Slot<'a, L, Entering, Entered> {
    fn lock(&self) -> &'a L {
        let (Slot::Idle { lock } | Slot::Waiting { lock, .. } | Slot::Held { lock, .. }) = self;
        lock
    }
}

impl<L: ?Sized, Entering, Entered> core::fmt::Debug for Slot<'_, L, Entering, Entered> {
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
    /// Queues if the slot is idle.
    fn ask(self: Pin<&mut Self>);

    /// Where the lock stands in the order of all.
    fn position(&self) -> *const ();

    /// Passes the lock on if it is held. Returns whether it was.
    fn pass_on(self: Pin<&mut Self>) -> bool;

    /// Polls a slot that waits.
    fn advance(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Stage;
}

impl<L: Enter + ?Sized> Turn for SlotOf<'_, L> {
    fn ask(mut self: Pin<&mut Self>) {
        if let SlotStage::Idle { lock } = self.as_mut().project() {
            let lock = *lock;
            self.set(Slot::Waiting { lock, entering: lock.enter() });
        }
    }

    fn position(&self) -> *const () {
        // Locks that don't say come first, in the order in which they are named.
        self.lock().identity().unwrap_or(core::ptr::null())
    }

    fn pass_on(mut self: Pin<&mut Self>) -> bool {
        if let SlotStage::Held { lock, .. } = self.as_mut().project() {
            let lock = *lock;
            self.set(Slot::Idle { lock });
            return true;
        }
        false
    }

    fn advance(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Stage {
        match self.as_mut().project() {
            SlotStage::Idle { .. } => Stage::Idle,
            SlotStage::Held { .. } => Stage::Held,
            SlotStage::Waiting { lock, entering } => match entering.poll(cx) {
                Poll::Pending => Stage::Waiting,
                Poll::Ready(entered) => {
                    let lock = *lock;
                    self.set(Slot::Held { lock, entered: Some(entered) });
                    Stage::Held
                }
            },
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

impl<'a, L: Enter + ?Sized> Slots for SlotOf<'a, L> {
    type Entered = L::Entered<'a>;

    fn each(self: Pin<&mut Self>, look: &mut dyn FnMut(Pin<&mut dyn Turn>)) {
        look(self);
    }

    fn each_identity(&self, look: &mut dyn FnMut(Option<*const ()>)) {
        look(self.lock().identity());
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
        // How many polls what is held has been kept for.
        polls: u32,
        doublings: u32,
        // All was passed on: it waits for what it is queued for.
        rests: bool,
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
        Several { slots, asked: false, polls: 0, doublings: 0, rests: false }
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
        let mut held;
        loop {
            held = 0;
            let (mut waiting, mut missing) = (0, None);
            this.slots.as_mut().each(&mut |mut slot| match slot.as_mut().advance(cx) {
                Stage::Held => held += 1,
                stage => {
                    waiting += u32::from(stage == Stage::Waiting);
                    let position = slot.position();
                    if missing.is_none_or(|(least, _)| position < least) {
                        missing = Some((position, stage));
                    }
                }
            });
            let Some((missing, stage)) = missing else { break };
            *this.rests &= held == 0 && waiting > 0;
            if *this.rests {
                return Poll::Pending;
            }
            if stage == Stage::Idle {
                this.slots.as_mut().each(&mut |slot| {
                    if slot.position() == missing {
                        slot.ask();
                    }
                });
                continue;
            }
            // What is held out of order is passed on.
            this.slots.as_mut().each(&mut |slot| {
                if slot.position() > missing {
                    held -= u32::from(slot.pass_on());
                }
            });
            if held == 0 {
                *this.polls = 0;
                return Poll::Pending;
            }
            *this.polls += 1;
            if *this.polls >= PATIENCE << *this.doublings {
                this.slots.as_mut().each(&mut |mut slot| {
                    if slot.as_mut().pass_on() {
                        // It queues again behind whoever waits. If nobody does it stays free until
                        // what is missing is granted, rather than be taken and passed on meanwhile.
                        slot.as_mut().ask();
                        if slot.as_mut().advance(cx) == Stage::Held {
                            slot.pass_on();
                        }
                    }
                });
                *this.polls = 0;
                *this.doublings = DOUBLINGS.min(*this.doublings + 1);
                *this.rests = true;
                return Poll::Pending;
            }
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match this.slots.take() {
            Some(entered) => Poll::Ready(entered),
            None => unreachable!("every slot is held, and taken once"),
        }
    }
}

// === barriers ===

/// What stands in no block of several: a barrier, or a lock that waits for a condition.
///
/// Which of the two, the one type says that is not [`Neither`].
pub trait Alone {
    type Barrier: ?Sized;
    type When: ?Sized;
}

/// No reason to stand alone.
#[derive(Debug)]
pub enum Neither {}

#[diagnostic::do_not_recommend]
impl BesideLocks for Neither {}

#[diagnostic::do_not_recommend]
impl crate::misuse::WhenBesideOthers for Neither {}

/// Bound that a barrier does not meet.
#[diagnostic::on_unimplemented(
    message = "a barrier can't be entered beside locks",
    label = "whoever waits here keeps the locks from those who are waited for",
    note = "wait at the barrier first, or enter the locks in a block inside: \
            `sync_block!(met = self.barrier, {{ sync_block!(state = self.lock, {{ … }}) }})`"
)]
pub trait BesideLocks {}
