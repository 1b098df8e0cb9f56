//! [`Event`], asyncio's `Event`.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use crate::coop;
use crate::queue::{
    self, Link, List, LockedSeat, Protocol, Seat, WaitQueue, Waiter, Word, queue_is_field, waiting,
};
use crate::sync::atomic::Ordering;

/// A flag that tasks wait for until another sets it.
///
/// Every task waiting when [`set`](Self::set) is called is released, even if [`clear`](Self::clear)
/// follows before it has run; one that begins to wait after a `clear` waits for the next `set`.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use underlock::Event;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let stop = Arc::new(Event::new());
/// let worker = tokio::spawn({
///     let stop = Arc::clone(&stop);
///     async move { stop.wait().await }
/// });
/// stop.set();
/// worker.await.unwrap();
/// # }
/// ```
///
/// # Fairness
///
/// Tasks are woken in FIFO order; in which order they then run is up to their runtime.
///
/// # Cancel safety
///
/// [`wait`](Self::wait) may be dropped at any await point and leaves no trace.
///
/// # Leaks
///
/// A wait that is leaked stays queued until the event is set, and holds up nobody.
///
/// # Where this comes from
///
/// [`asyncio.Event`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Event).
#[doc(alias = "Notify")]
pub struct Event {
    /// The flag is set if the event is. While it is, nobody queues: whoever is in the list has been
    /// released by the `set` that set it, which is still waking them batch by batch.
    queue: WaitQueue<Event>,
}

impl Protocol for Event {
    type Payload = ();
    type Shared = ();
    type SideLists = [queue::Head<()>; 0];
}

queue_is_field! { [] Event: Event = queue }

/// Waits for an [`Event`]: the future of [`Event::wait`].
#[must_use = "nothing waits until the future is awaited"]
pub struct EventWait<'a> {
    waiter: Waiter<&'a Event, ()>,
    rest: (),
}

waiting! {
    // The waiter unlinks itself, and has nothing to pass on.
    ['a] EventWait<'a> { waiter: Waiter<&'a Event, ()>, rest: () } |_, (): &mut ()| ()
}

const CLEAR: Word = Word::idle(false, 0);
const SET: Word = Word::idle(true, 0);

// Tags.
const WAITING: u16 = 0;
/// Released by a `set` that has been followed by a `clear`, so that the flag does not say so.
const RELEASED: u16 = 1;

// === impl Event ===

impl Event {
    crate::sync::const_fn! {
        /// Creates an event that is not set.
        ///
        /// # Examples
        ///
        /// ```
        /// static SHUTDOWN: underlock::Event = underlock::Event::new();
        /// ```
        #[must_use]
        pub const fn new() -> Self {
            Self { queue: WaitQueue::new(CLEAR, (), queue::side_lists()) }
        }
    }

    /// Sets the event, which releases every task that waits; those that come later don't wait. Does
    /// nothing if it is set already.
    ///
    /// When this has returned, every wait that began before is ready, though its task may have to
    /// be woken still.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = underlock::Event::new();
    /// event.set();
    /// assert!(event.is_set());
    /// ```
    #[doc(alias = "notify_waiters")]
    #[inline]
    pub fn set(&self) {
        if !self.queue.exchange(CLEAR, SET, Ordering::Release) {
            self.set_contended();
        }
    }

    #[inline(never)]
    fn set_contended(&self) {
        // What happened before this call has to be visible to whoever sees the event set, so a
        // set event is set once more.
        let set = |word: Word| (!word.has_waiters()).then(|| word.with_flag(true));
        if self.queue.update(Ordering::Release, set).is_ok() {
            return;
        }
        let mut locked = self.queue.lock();
        if locked.flag() {
            // Whoever is in the list is released already. Unlocking publishes what happened before this
            // call, too.
            return;
        }
        locked.set_flag(true);
        queue::drain(locked);
    }

    /// Clears the event: those that come later wait until it is set again. Those that waited when it
    /// was set stay released.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = underlock::Event::new();
    /// event.set();
    /// event.clear();
    /// assert!(!event.is_set());
    /// ```
    #[inline]
    pub fn clear(&self) {
        if !self.queue.exchange(SET, CLEAR, Ordering::Relaxed) {
            self.clear_contended();
        }
    }

    #[inline(never)]
    fn clear_contended(&self) {
        let clear =
            |word: Word| (word.flag() && !word.has_waiters()).then(|| word.with_flag(false));
        match self.queue.update(Ordering::Relaxed, clear) {
            Err(word) if word.flag() => {}
            _ => return,
        }
        let mut locked = self.queue.lock();
        if locked.flag() {
            // The flag told those in the list that they are released. Their tags do from now on.
            locked.set_flag(false);
            locked.for_each(List::Main, |waiter| {
                if waiter.tag() == WAITING {
                    waiter.set_tag(RELEASED);
                }
            });
        }
    }

    /// Whether the event is set.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(!underlock::Event::new().is_set());
    /// ```
    #[must_use]
    #[inline]
    pub fn is_set(&self) -> bool {
        self.queue.word().flag()
    }

    /// Waits until the event is set; does not wait if it is.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let event = underlock::Event::new();
    /// event.set();
    /// event.wait().await;
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped at any await point and leaves no trace.
    #[doc(alias = "notified")]
    #[inline]
    pub fn wait(&self) -> EventWait<'_> {
        EventWait { waiter: Waiter::new(self, ()), rest: () }
    }
}

crate::misuse::not_to_be_awaited! { [] Event: EventAwaited }

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let locked = self.queue.lock();
        let set = locked.flag();
        let mut waiters = 0_usize;
        locked.for_each(List::Main, |entry| {
            waiters += usize::from(!set && entry.tag() == WAITING);
        });
        drop(locked);
        f.debug_struct("Event").field("set", &set).field("waiters", &waiters).finish()
    }
}

// === impl EventWait ===

impl Future for EventWait<'_> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut seat = self.split().0.seat();
        match seat.link() {
            Link::Popped => {
                seat.acknowledge();
                Poll::Ready(())
            }
            Link::Idle if seat.queue().word().flag() => coop::poll_spend(cx),
            Link::Idle => poll_new(seat, cx),
            Link::Linked => poll_queued(seat, cx),
        }
    }
}

/// Whether a waiter in the list has been released, and only not been woken yet.
fn is_released(me: &LockedSeat<'_, Event>) -> bool {
    me.flag() || me.tag() == RELEASED
}

/// Polls a waiter in the list.
#[inline(never)]
fn poll_queued(mut seat: Seat<'_, Event>, cx: &mut Context<'_>) -> Poll<()> {
    let me = seat.lock();
    // Most often it can stay as it is, without cloning the waker.
    let stays = !is_released(&me) && me.entry().is_some_and(|entry| entry.will_wake(cx.waker()));
    drop(me);
    if stays {
        return Poll::Pending;
    }
    poll_slow(seat, cx.waker().clone())
}

/// Polls a waiter that has not queued yet.
#[inline(never)]
fn poll_new(mut seat: Seat<'_, Event>, cx: &mut Context<'_>) -> Poll<()> {
    let waker = cx.waker().clone();
    // Most often it has to queue.
    if let Some(mut me) = seat.try_lock() {
        if !me.flag() {
            me.enqueue(List::Main, WAITING, waker);
            return Poll::Pending;
        }
    }
    poll_slow(seat, waker)
}

/// The slow path of both.
#[inline(never)]
fn poll_slow(mut seat: Seat<'_, Event>, waker: Waker) -> Poll<()> {
    let mut me = seat.lock();
    let (outcome, leftover) = match me.link() {
        Link::Linked if !is_released(&me) => {
            (Poll::Pending, [me.entry().and_then(|entry| entry.set_waker(waker)), None])
        }
        Link::Idle if !me.flag() => {
            me.enqueue(List::Main, WAITING, waker);
            (Poll::Pending, [None, None])
        }
        Link::Idle | Link::Linked | Link::Popped => (Poll::Ready(()), [me.remove(), Some(waker)]),
    };
    drop(me);
    drop(leftover);
    outcome
}

impl fmt::Debug for EventWait<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventWait").finish_non_exhaustive()
    }
}
