//! [`Event`], asyncio's `Event`.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use crate::queue::{Line, Link, SENTINEL, WaitQueue, Waiter, Word, waiting};
use crate::sync::atomic::Ordering;

/// A flag that tasks wait for until another sets it.
///
/// All that wait when [`set`](Self::set) is called go on, even if [`clear`](Self::clear) follows
/// before they have run; who begins to wait after a `clear` waits for the next `set`.
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
/// Tasks are woken in the order in which they began to wait; in which order they then run is their
/// runtime's.
///
/// # Cancel safety
///
/// [`wait`](Self::wait) may be dropped at any await point and leaves no trace.
///
/// # Leaks
///
/// A wait that is leaked is in line until the event is set, and in nobody's way.
///
/// # Where this comes from
///
/// [`asyncio.Event`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Event).
pub struct Event {
    /// The flag is set if the event is.
    queue: WaitQueue<()>,
}

/// Waits for an [`Event`]: the future of [`Event::wait`].
#[must_use = "nothing waits until the future is awaited"]
pub struct EventWait<'a> {
    place: Waiter<'a, ()>,
    rest: (),
}

waiting! {
    // The waiter leaves by itself; there is nothing to hand on.
    ['a] EventWait<'a> { place: Waiter<'a, ()>, rest: () } |_, (): &mut ()| ()
}

const CLEAR: Word = Word::of(false, 0);
const SET: Word = Word::of(true, 0);

// === impl Event ===

impl Event {
    crate::sync::const_fn! {
        /// Makes an event that is not set.
        ///
        /// # Examples
        ///
        /// ```
        /// static SHUTDOWN: underlock::Event = underlock::Event::new();
        /// ```
        #[must_use]
        pub const fn new() -> Self {
            Self { queue: WaitQueue::new(false, 0, (), ()) }
        }
    }

    /// Sets the event: all that wait go on, and whoever comes does not wait. Does nothing if it is
    /// set already.
    ///
    /// # Examples
    ///
    /// ```
    /// let event = underlock::Event::new();
    /// event.set();
    /// assert!(event.is_set());
    /// ```
    #[inline]
    pub fn set(&self) {
        if !self.queue.exchange(CLEAR, SET, Ordering::Release) {
            self.set_in_line();
        }
    }

    #[inline(never)]
    fn set_in_line(&self) {
        // What happened before this call has to be visible to whoever sees the event set, so a
        // set event is set once more.
        let set = |word: Word| (!word.has_waiters()).then(|| word.with_flag(true));
        if self.queue.update(Ordering::Release, set).is_ok() {
            return;
        }
        let mut queue = self.queue.lock();
        if queue.flag() {
            // Who is in line still was there when it was set, and is being woken by that `set`.
            return;
        }
        queue.set_flag(true);
        WaitQueue::drain(queue);
    }

    /// Clears the event: whoever comes waits until it is set again.
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
            let _ = self
                .queue
                .update(Ordering::Relaxed, |word| word.flag().then(|| word.with_flag(false)));
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
    #[inline]
    pub fn wait(&self) -> EventWait<'_> {
        EventWait { place: Waiter::new(&self.queue, ()), rest: () }
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
        let queue = self.queue.lock();
        let mut waiters = 0_usize;
        queue.for_each(Line::Main, |entry| waiters += usize::from(entry.tag() != SENTINEL));
        let set = queue.flag();
        drop(queue);
        f.debug_struct("Event").field("set", &set).field("waiters", &waiters).finish()
    }
}

// === impl EventWait ===

impl Future for EventWait<'_> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (waiter, ()) = self.split();
        match waiter.link() {
            Link::Popped => {
                waiter.acknowledge();
                Poll::Ready(())
            }
            Link::Idle if waiter.queue().word().flag() => Poll::Ready(()),
            Link::Idle => poll_in_line(waiter, cx),
            Link::Linked => poll_again(waiter, cx),
        }
    }
}

/// Polls one who is in line.
#[inline(never)]
fn poll_again(mut waiter: Pin<&mut Waiter<'_, ()>>, cx: &mut Context<'_>) -> Poll<()> {
    // Often there is no need for a waker of our own.
    if waiter.as_mut().will_wake(cx.waker()) {
        return Poll::Pending;
    }
    poll_otherwise(waiter, cx.waker().clone())
}

/// Polls one who comes to wait.
#[inline(never)]
fn poll_in_line(mut waiter: Pin<&mut Waiter<'_, ()>>, cx: &mut Context<'_>) -> Poll<()> {
    let waker = cx.waker().clone();
    // As a rule it has to queue.
    if let Some(mut me) = waiter.as_mut().try_lock() {
        if !me.flag() {
            me.enqueue(Line::Main, 0, waker);
            return Poll::Pending;
        }
    }
    poll_otherwise(waiter, waker)
}

/// What the other two leave to do.
#[inline(never)]
fn poll_otherwise(waiter: Pin<&mut Waiter<'_, ()>>, waker: Waker) -> Poll<()> {
    let mut me = waiter.lock();
    let (outcome, leftover) = match me.link() {
        Link::Linked => (Poll::Pending, me.entry().and_then(|entry| entry.set_waker(waker))),
        Link::Idle if !me.flag() => {
            me.enqueue(Line::Main, 0, waker);
            (Poll::Pending, None)
        }
        Link::Idle | Link::Popped => {
            let mine = me.remove();
            debug_assert!(mine.is_none(), "only a linked waiter owns a waker");
            (Poll::Ready(()), Some(waker))
        }
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
