//! Waking everybody in the main list, in batches.

use core::pin::pin;
use core::task::Waker;

use super::node::{Link, MAX_TAG};
use super::waiter::{Handle, Seat, Waiter};
use super::{List, Locked, Protocol, WaitQueue, WakeList};

/// The tag of those who are in the main list for [`drain`] and wait for nothing.
const SENTINEL: u16 = MAX_TAG;

// SAFETY: the queue itself, behind a reference.
unsafe impl<P: Protocol> Handle for &WaitQueue<P> {
    type Protocol = P;

    fn queue(&self) -> &WaitQueue<P> {
        self
    }
}

/// Pops everybody who is in the main list now and wakes them in order, a batch at a time with the
/// internal lock released in between. Whoever queues meanwhile stays.
///
/// Several threads may drain at once: each takes from the front, whoever is there. So what the
/// waiters are to be told is told before, by [`Locked::for_each`].
pub(crate) fn drain<P>(mut locked: Locked<'_, P>)
where
    P: Protocol<Payload: Default>,
{
    let mut wakers = WakeList::new();
    while !wakers.is_full() && !locked.is_empty(List::Main) {
        wakers.push(locked.pop_front(List::Main));
    }
    if locked.is_empty(List::Main) {
        // Unlocked before the wakers are dropped, and so woken.
        return drop(locked);
    }
    // More than a batch: a sentinel behind them says where they end.
    let sentinel = pin!(Waiter::new(locked.queue(), P::Payload::default()));
    let mut rest = Drain(sentinel.seat());
    let mut last = rest.0.with_lock_of(locked);
    last.enqueue(List::Main, SENTINEL, Waker::noop().clone());
    drop(last);
    wakers.wake();
    rest.run();
}

/// Everybody in front of a sentinel, still to be woken. Dropped early, as when a waker panics, it
/// wakes them all the same.
struct Drain<'d, P: Protocol>(Seat<'d, P>);

impl<P: Protocol> Drain<'_, P> {
    fn run(&self) {
        // Once the sentinel is popped this thread has its node back.
        while self.0.link() == Link::Linked {
            let mut wakers = WakeList::new();
            let mut locked = self.0.queue().lock();
            while !wakers.is_full() && self.0.link() == Link::Linked {
                wakers.push(locked.pop_front(List::Main));
            }
        }
    }
}

impl<P: Protocol> Drop for Drain<'_, P> {
    fn drop(&mut self) {
        self.run();
    }
}
