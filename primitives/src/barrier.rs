//! [`Barrier`], asyncio's `Barrier`, and [`Party`], its share as an owned handle.
//!
//! # Protocol
//!
//! The queue's flag says that the barrier is broken, its shared state counts the arrivals of the
//! current round, and its list holds the parties that wait. A round ends by a trip, a reset or an
//! abort, each of which sets the count to zero.
//!
//! ```text
//!     trip, reset
//!       ┌────┐
//!       │    ▼     abort
//!     ┌─────────┐ ──────► ┌────────┐ ◄───┐
//!     │ Filling │         │ Broken │     │ abort
//!     └─────────┘ ◄────── └────────┘ ────┘
//!                  reset
//! ```
//!
//! A party, by its [`State`]:
//!
//! ```text
//!                             wait
//!        the barrier is        │        the last to arrive: trip
//!      ┌───────────────────────┼───────────────────────┐
//!      │ broken                │ arrivals + 1          │
//!      │                       ▼                       │
//!      │                 ┌───────────┐  cancel         │
//!      │                 │  Waiting  │ ───────► arrivals - 1
//!      │                 └───────────┘                 │
//!      │     reset, abort │         │ trip             │
//!      │                  ▼         ▼                  │
//!      │           ┌────────┐     ┌────────┐           │
//!      │           │ Broken │     │ Passed │           │
//!      │           └────────┘     └────────┘           │
//!      ▼       polled │               │ polled         ▼
//!     Err(BrokenBarrier)            Ok(BarrierPosition)
//! ```
//!
//! A trip is final: nothing leads out of Passed but a poll or a drop, which changes no count.
//!
//! **Invariant**: the count is the number of Waiting parties in the list, and less than that of all
//! parties; it is zero while the barrier is broken. Passed and Broken parties are in the list only
//! while a thread is on its way to wake them; they are ready if they are polled before.

#[cfg(feature = "std")]
mod party;

use core::error::Error;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

#[cfg(feature = "std")]
pub use self::party::Party;
use crate::coop;
use crate::queue::{
    self, Entry, Link, List, Locked, Protocol, Seat, WaitQueue, Waiter, Word, queue_is_field,
    waiting,
};

/// Lets a number of tasks wait for each other.
///
/// Each calls [`wait`](Self::wait); when as many wait as there are parties all of them go on, each
/// with a position of its own, and the barrier is ready for the next round.
///
/// A party that is cancelled while it waits leaves the barrier as if it had never come.
/// [`reset`](Self::reset) sends all that wait away with [`BrokenBarrier`] and starts afresh,
/// [`abort`](Self::abort) does so until the barrier is reset. Once the last party has arrived the
/// round is over: all of them pass, whatever is called next.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::Barrier;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let barrier = Arc::new(Barrier::new(3));
/// let tasks: Vec<_> = (0..3)
///     .map(|_| {
///         let barrier = Arc::clone(&barrier);
///         tokio::spawn(async move { barrier.wait().await.unwrap().index() })
///     })
///     .collect();
/// let mut positions = Vec::new();
/// for task in tasks {
///     positions.push(task.await.unwrap());
/// }
/// positions.sort_unstable();
/// assert_eq!(positions, [0, 1, 2]);
/// # }
/// ```
///
/// # Fairness
///
/// Positions are given in order of arrival, when the barrier trips.
///
/// # Cancel safety
///
/// [`wait`](Self::wait) may be dropped at any await point: an arrival is taken back. If the
/// barrier had tripped already, the others pass all the same.
///
/// # Leaks
///
/// A wait that is leaked has arrived, for the round that it came in.
///
/// # Where this comes from
///
/// [`asyncio.Barrier`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Barrier), with
/// two differences. There an abort or a reset right after the last arrival breaks those that have
/// not run yet; here a trip is final. And tasks that arrive while others leave are parties of the
/// next round at once.
pub struct Barrier {
    /// The flag is set if the barrier is broken.
    queue: WaitQueue<Barrier>,
    parties: usize,
}

impl Protocol for Barrier {
    /// The position, once the barrier has tripped.
    type Payload = usize;
    /// How many have arrived.
    type Shared = usize;
    type SideLists = [queue::Head<usize>; 0];
}

queue_is_field! { [] Barrier: Barrier = queue }

/// Where a party came in when a [`Barrier`] tripped.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let position = underlock::Barrier::new(1).wait().await.unwrap();
/// assert_eq!(position.index(), 0);
/// assert!(position.is_leader());
/// # }
/// ```
#[doc(alias = "BarrierWaitResult")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarrierPosition(usize);

/// A [`Barrier`] was reset or aborted while a party waited, or is aborted still.
///
/// # Examples
///
/// ```
/// use underlock::{Barrier, BrokenBarrier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let barrier = Barrier::new(2);
/// barrier.abort();
/// assert_eq!(barrier.wait().await, Err(BrokenBarrier));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BrokenBarrier;

/// Waits at a [`Barrier`]: the future of [`Barrier::wait`].
#[must_use = "nothing arrives at the barrier until the future is awaited"]
pub struct BarrierWait<'a> {
    waiter: Waiter<&'a Barrier, usize>,
    rest: (),
}

waiting! {
    ['a] BarrierWait<'a> { waiter: Waiter<&'a Barrier, usize>, rest: () }
    |waiter: Pin<&mut Waiter<&'a Barrier, usize>>, (): &mut ()| if !waiter.is_idle() {
        cancel(waiter.seat());
    }
}

/// A party's state: the tag of its waiter, once it has arrived.
#[derive(Clone, Copy)]
#[repr(u16)]
enum State {
    /// In the list, and counted: its round has not ended.
    Waiting = 0,
    /// Its round has tripped. The payload is its position.
    Passed = 1,
    /// Its round was reset or aborted.
    Broken = 2,
}

impl State {
    #[inline]
    fn is(self, tag: u16) -> bool {
        tag == self as u16
    }
}

// === impl Barrier ===

impl Barrier {
    crate::sync::const_fn! {
        /// Makes a barrier for this many parties.
        ///
        /// # Examples
        ///
        /// ```
        /// static PHASE: underlock::Barrier = underlock::Barrier::new(4);
        /// ```
        ///
        /// # Panics
        ///
        /// Panics if there are none; in a `const` or `static` that is a compile error:
        ///
        /// ```compile_fail
        /// static NOBODY: underlock::Barrier = underlock::Barrier::new(0);
        /// ```
        #[must_use]
        #[track_caller]
        pub const fn new(parties: usize) -> Self {
            assert!(parties > 0, "a barrier needs at least one party");
            Self { queue: WaitQueue::new(Word::idle(false, 0), 0, queue::side_lists()), parties }
        }
    }

    /// Arrives and waits until all parties have.
    ///
    /// # Errors
    ///
    /// [`BrokenBarrier`] if the barrier is reset or aborted meanwhile, or is aborted already.
    ///
    /// # Examples
    ///
    /// See [`Barrier`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped the party has not arrived.
    #[inline]
    pub fn wait(&self) -> BarrierWait<'_> {
        BarrierWait { waiter: Waiter::new(self, 0), rest: () }
    }

    /// Sends all that wait away with [`BrokenBarrier`] and makes the barrier usable again if it was
    /// aborted.
    ///
    /// # Examples
    ///
    /// ```
    /// let barrier = underlock::Barrier::new(2);
    /// barrier.abort();
    /// barrier.reset();
    /// assert!(!barrier.is_broken());
    /// ```
    pub fn reset(&self) {
        self.end(false);
    }

    /// Breaks the barrier: all that wait, and all that come until it is reset, get
    /// [`BrokenBarrier`].
    ///
    /// # Examples
    ///
    /// See [`BrokenBarrier`].
    pub fn abort(&self) {
        self.end(true);
    }

    /// How many parties the barrier is for.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Barrier::new(4).parties(), 4);
    /// ```
    #[must_use]
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many have arrived and wait for the rest.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Barrier::new(4).waiting(), 0);
    /// ```
    #[must_use]
    pub fn waiting(&self) -> usize {
        *self.queue.lock().shared()
    }

    /// Whether the barrier was aborted and not reset since.
    ///
    /// # Examples
    ///
    /// See [`reset`](Self::reset).
    #[must_use]
    #[inline]
    pub fn is_broken(&self) -> bool {
        self.queue.word().flag()
    }

    /// Ends the round without a trip.
    fn end(&self, broken: bool) {
        let mut locked = self.queue.lock();
        locked.set_flag(broken);
        finish(locked, |party| party.set_tag(State::Broken as u16));
    }
}

crate::misuse::not_to_be_awaited! { [] Barrier: BarrierAwaited }

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut locked = self.queue.lock();
        let (broken, waiting) = (locked.flag(), *locked.shared());
        drop(locked);
        let state = if broken { "broken" } else { "filling" };
        write!(f, "Barrier {{ {state}, waiting: {waiting}/{} }}", self.parties())
    }
}

/// Ends the round: gives each of its parties an outcome, by `tell`, then wakes them.
fn finish(mut locked: Locked<'_, Barrier>, mut tell: impl FnMut(Entry<'_, Barrier>)) {
    *locked.shared() = 0;
    // Others belong to an earlier round, which is still being drained, or are a drain's sentinel.
    locked.for_each(List::Main, |party| {
        if State::Waiting.is(party.tag()) {
            tell(party);
        }
    });
    queue::drain(locked);
}

/// Takes the arrival back, unless its round is over.
#[inline(never)]
fn cancel(mut seat: Seat<'_, Barrier>) {
    let mut me = seat.lock();
    if me.link() == Link::Linked && State::Waiting.is(me.tag()) {
        *me.shared() -= 1;
    }
    let waker = me.remove();
    drop(me);
    drop(waker);
}

// === impl BarrierWait ===

impl Future for BarrierWait<'_> {
    type Output = Result<BarrierPosition, BrokenBarrier>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, ()) = self.split();
        let parties = waiter.handle().parties;
        let mut seat = waiter.seat();
        match seat.link() {
            Link::Idle => arrive(seat, parties, cx),
            Link::Linked => poll_arrived(seat, cx.waker()),
            Link::Popped => {
                let tag = seat.tag();
                let position = seat.payload().filter(|_| State::Passed.is(tag));
                seat.acknowledge();
                Poll::Ready(position.map(BarrierPosition).ok_or(BrokenBarrier))
            }
        }
    }
}

/// Arrives, unless that would end the wait at once and the task has spent its budget. One that has to
/// wait for others needs none. The budget is asked before anything is done: a trip is final.
fn arrive(
    mut seat: Seat<'_, Barrier>,
    parties: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<BarrierPosition, BrokenBarrier>> {
    let waker = cx.waker().clone();
    let budget = coop::poll_proceed(cx);
    let mut me = seat.lock();
    let arrived = *me.shared() + 1;
    if arrived < parties && !me.flag() {
        *me.shared() = arrived;
        me.enqueue(List::Main, State::Waiting as u16, waker);
        return Poll::Pending;
    }
    let Poll::Ready(budget) = budget else {
        // The task was woken already, to come again.
        drop(me);
        return Poll::Pending;
    };
    budget.made_progress();
    if me.flag() {
        drop(me);
        return Poll::Ready(Err(BrokenBarrier));
    }
    let mut position = 0;
    finish(me.into_locked(), |party| {
        party.set_tag(State::Passed as u16);
        party.set_payload(position);
        position += 1;
    });
    Poll::Ready(Ok(BarrierPosition(position)))
}

/// Polls one that has arrived. It is ready once its round is over, popped or not.
#[inline(never)]
fn poll_arrived(
    mut seat: Seat<'_, Barrier>,
    waker: &Waker,
) -> Poll<Result<BarrierPosition, BrokenBarrier>> {
    let me = seat.lock();
    // Most often it can stay as it is, without cloning the waker.
    let stays =
        me.entry().is_some_and(|entry| State::Waiting.is(entry.tag()) && entry.will_wake(waker));
    drop(me);
    if stays {
        return Poll::Pending;
    }
    let waker = waker.clone();
    let mut me = seat.lock();
    let (outcome, leftover) = match me.entry() {
        Some(entry) if State::Waiting.is(entry.tag()) => {
            (Poll::Pending, [entry.set_waker(waker), None])
        }
        _ => {
            let position = State::Passed.is(me.tag()).then(|| BarrierPosition(me.payload()));
            (Poll::Ready(position.ok_or(BrokenBarrier)), [me.remove(), Some(waker)])
        }
    };
    drop(me);
    drop(leftover);
    outcome
}

impl fmt::Debug for BarrierWait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWait").finish_non_exhaustive()
    }
}

// === impl BarrierPosition, BrokenBarrier ===

impl BarrierPosition {
    /// The place in the order of arrival, from 0; all different within a round.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }

    /// Whether this is position 0: a way to let one of the parties do what is to be done once.
    #[must_use]
    pub fn is_leader(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier was reset or aborted")
    }
}

impl Error for BrokenBarrier {}
