//! The wait queue under every primitive: intrusive, first in first out, cancel-safe.
//!
//! A [`WaitQueue`] is one word, a main line of waiters, `N` side lines, some state shared under
//! its internal lock, and whatever the primitive attaches. The word holds
//!
//! ```text
//! | bits 3..                           | bit 2    | bit 1  | bit 0  |
//! | address of the main line's head    | the      | QUEUED | LOCKED |
//! | or, while the line is empty, a     | primi-   |        |        |
//! | number of the primitive's          | tive's   |        |        |
//! ```
//!
//! While `LOCKED` is set the word and all lines belong to the thread that set it, the [`Locked`];
//! nobody else writes the word, so unlocking is a plain store. `LOCKED` is held for a handful of
//! instructions and **no user code runs under it**: wakers are cloned before, and woken or dropped
//! after. Words with neither `LOCKED` nor `QUEUED` are what the fast paths of the primitives
//! exchange.
//!
//! It is a number and not a pointer, and what is put in line exposes its provenance, so that whoever
//! locks goes on from the word that it expected. One that went on from the word that the exchange
//! gave back, which is the same, would have the processor wait for that exchange before it looks at
//! anybody in line.
//!
//! A [`Waiter`] is a node and its queue; it lives in the pinned future of whoever waits, so
//! waiting allocates nothing, and dropping it takes it out of line in O(1). [`LockedWaiter`] is a
//! waiter whose queue is locked. What a tag or a note *means* is the primitive's affair.
//!
//! This module and its children are all the `unsafe` there is, but for the lock's cell (and what
//! [`waiting`] expands to, which is written here). Their interface is safe: a waiter can be put
//! only into its own queue, only while pinned, and leaves when dropped.

mod future;
mod locked;
mod node;
mod waiter;
mod wake;

use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr;
use core::task::Waker;

pub(crate) use self::future::waiting;
pub(crate) use self::locked::{Entry, Line, Locked};
pub(crate) use self::node::Link;
use self::node::Node;
pub(crate) use self::waiter::{LockedWaiter, Waiter};
pub(crate) use self::wake::WakeList;
use crate::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::sync::{UnsafeCell, backoff, stand_back};

/// The word's bit that says that a thread is at work on the lines.
const LOCKED: usize = 0b001;
/// The word's bit that says that the rest is an address.
const QUEUED: usize = 0b010;
/// The word's bit that is the primitive's: held, set, broken.
const FLAG: usize = 0b100;
const VALUE_SHIFT: u32 = 3;

/// The tag of those who stand in line for [`WaitQueue::drain`] and wait for nothing.
pub(crate) const SENTINEL: u16 = node::MAX_TAG;

/// See the [module's documentation](self).
///
/// `X` is the note that each waiter carries, `S` the state under the internal lock, `N` the number
/// of side lines, `A` what the primitive attaches.
pub(crate) struct WaitQueue<X, S = (), const N: usize = 0, A: ?Sized = ()> {
    word: AtomicUsize,
    /// Heads of the side lines. Written under `LOCKED`; atomic because [`WaitQueue::has_side`]
    /// looks without it.
    sides: [AtomicPtr<Node<X>>; N],
    shared: UnsafeCell<S>,
    pub(crate) attached: A,
}

// SAFETY: notes and shared state are reached by one thread at a time (under `LOCKED`, or by a
// node's owner), wakers are `Send`, and nodes are reached through their own `Sync` parts.
unsafe impl<X: Send, S: Send, const N: usize, A: ?Sized + Send> Send for WaitQueue<X, S, N, A> {}
// SAFETY: as above; the attachment alone is handed out by reference.
unsafe impl<X: Send, S: Send, const N: usize, A: ?Sized + Sync> Sync for WaitQueue<X, S, N, A> {}

// No user code runs under the internal lock, so no panic leaves the lines or the state in disorder.
// As for the data of a lock, which a panicking holder leaves as it is: catching the panic shows
// nothing that any other task could not see, so it is as with std's mutexes.
impl<X, S, const N: usize, A: ?Sized> UnwindSafe for WaitQueue<X, S, N, A> {}
impl<X, S, const N: usize, A: ?Sized> RefUnwindSafe for WaitQueue<X, S, N, A> {}

/// The word as the fast paths see it: the primitive's flag and, where nobody waits, its number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(usize);

// === impl WaitQueue ===

impl<X: Copy, S, const N: usize, A> WaitQueue<X, S, N, A> {
    crate::sync::const_fn! {
        pub(crate) const fn new(flag: bool, value: usize, shared: S, attached: A) -> Self {
            Self {
                word: AtomicUsize::new(Word::of(flag, value).0),
                #[cfg(not(underlock_loom))]
                sides: [const { AtomicPtr::new(ptr::null_mut()) }; N],
                #[cfg(underlock_loom)]
                sides: core::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
                shared: UnsafeCell::new(shared),
                attached,
            }
        }
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> WaitQueue<X, S, N, A> {
    /// The flag and number of the moment.
    #[inline]
    pub(crate) fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    /// Exchanges one word for another without the internal lock, which neither of them may need:
    /// both stand for a queue that nobody waits in.
    #[inline]
    pub(crate) fn exchange(&self, old: Word, new: Word, order: Ordering) -> bool {
        debug_assert!((old.0 | new.0) & (LOCKED | QUEUED) == 0, "a fast path met a queue");
        self.word.compare_exchange(old.0, new.0, order, Ordering::Relaxed).is_ok()
    }

    /// Replaces the word by what `change` makes of it; gives the last word seen, as an error if
    /// `change` declined. Waits while the queue is locked. Whoever waits goes on waiting, so
    /// `change` may not touch the number of a word that has waiters.
    #[inline]
    pub(crate) fn update(
        &self,
        order: Ordering,
        mut change: impl FnMut(Word) -> Option<Word>,
    ) -> Result<Word, Word> {
        let mut tries = 0;
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word & LOCKED != 0 {
                backoff(&mut tries);
                word = self.word.load(Ordering::Relaxed);
                continue;
            }
            let seen = Word(word);
            let Some(new) = change(seen) else {
                return Err(seen);
            };
            debug_assert!((new.0 ^ seen.0) & !FLAG == 0 || !seen.has_waiters());
            match self.word.compare_exchange_weak(word, new.0, order, Ordering::Relaxed) {
                Ok(_) => return Ok(seen),
                Err(now) => word = stand_back(&mut tries, &self.word, now),
            }
        }
    }

    /// Whether anybody is in a side line. Exact only where the caller knows that nobody comes or
    /// goes meanwhile.
    #[inline]
    pub(crate) fn has_side(&self, side: usize) -> bool {
        !self.sides[side].load(Ordering::Relaxed).is_null()
    }

    /// Takes the internal lock.
    #[inline]
    pub(crate) fn lock(&self) -> Locked<'_, X, S, N, A> {
        self.try_lock().unwrap_or_else(|| self.lock_contended())
    }

    /// Takes the internal lock if that can be done at once. For the short ways, which leave all else
    /// to a long one: it keeps them free of calls.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<Locked<'_, X, S, N, A>> {
        let word = self.word.load(Ordering::Relaxed);
        if word & LOCKED != 0 {
            return None;
        }
        // Acquire: pairs with the store that unlocked last, so that all it covered, and all that
        // the word's earlier owners published, is visible. What the exchange gives is not looked
        // at, see the module's documentation.
        self.word
            .compare_exchange(word, word | LOCKED, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| Locked { queue: self, word: Word(word) })
    }

    #[cold]
    fn lock_contended(&self) -> Locked<'_, X, S, N, A> {
        let mut tries = 0;
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word & LOCKED != 0 {
                backoff(&mut tries);
                word = self.word.load(Ordering::Relaxed);
                continue;
            }
            let locked = word | LOCKED;
            match self.word.compare_exchange(word, locked, Ordering::Acquire, Ordering::Relaxed) {
                Ok(word) => return Locked { queue: self, word: Word(word) },
                Err(now) => word = now,
            }
        }
    }
}

impl<X: Copy + Default, S, const N: usize, A: ?Sized> WaitQueue<X, S, N, A> {
    /// Takes everybody out of the main line who is in it now and wakes them in order, a batch at a
    /// time with the internal lock released in between. Whoever queues meanwhile stays.
    ///
    /// Several threads may drain at once: each takes from the front, whoever is there. So what the
    /// waiters are to be told is told before, by [`Locked::for_each`].
    pub(crate) fn drain(mut locked: Locked<'_, X, S, N, A>) {
        let mut wakers = WakeList::new();
        while !wakers.is_full() && !locked.is_empty(Line::Main) {
            wakers.push(locked.pop_front(Line::Main));
        }
        if locked.is_empty(Line::Main) {
            // Unlocked before the wakers, which are dropped, and so woken, last.
            return drop(locked);
        }
        // More than a batch: a waiter of our own behind them says where they end.
        let last = core::pin::pin!(Waiter::new(locked.queue, X::default()));
        let mut last = LockedWaiter { locked, node: &last.into_ref().get_ref().node };
        last.enqueue(Line::Main, SENTINEL, Waker::noop().clone());
        let rest = Drain { queue: last.queue, last: last.node };
        drop(last);
        wakers.wake();
        rest.run();
    }
}

/// Everybody in front of `last`, still to be woken; dropped early, as when a waker panics, it
/// wakes them all the same.
struct Drain<'d, 'q, X: Copy, S, const N: usize, A: ?Sized> {
    queue: &'q WaitQueue<X, S, N, A>,
    last: &'d Node<X>,
}

impl<X: Copy, S, const N: usize, A: ?Sized> Drain<'_, '_, X, S, N, A> {
    fn run(&self) {
        // Acquire: once it is popped the node is this thread's to free.
        while self.last.link(Ordering::Acquire) == Link::Linked {
            let mut wakers = WakeList::new();
            let mut locked = self.queue.lock();
            while !wakers.is_full() && self.last.link(Ordering::Relaxed) == Link::Linked {
                wakers.push(locked.pop_front(Line::Main));
            }
        }
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> Drop for Drain<'_, '_, X, S, N, A> {
    fn drop(&mut self) {
        self.run();
    }
}

// === impl Word ===

impl Word {
    /// The largest number that a word can hold.
    pub(crate) const MAX_VALUE: usize = usize::MAX >> VALUE_SHIFT;

    /// The word of a queue that nobody waits in.
    #[inline]
    pub(crate) const fn of(flag: bool, value: usize) -> Self {
        Self(value << VALUE_SHIFT | if flag { FLAG } else { 0 })
    }

    #[inline]
    pub(crate) const fn flag(self) -> bool {
        self.0 & FLAG != 0
    }

    /// The same with the flag set or cleared.
    #[inline]
    pub(crate) const fn with_flag(self, flag: bool) -> Self {
        Self(if flag { self.0 | FLAG } else { self.0 & !FLAG })
    }

    /// The number; zero where somebody waits.
    #[inline]
    pub(crate) const fn value(self) -> usize {
        if self.has_waiters() { 0 } else { self.0 >> VALUE_SHIFT }
    }

    /// Whether the node at this address is the head of the main line.
    #[inline]
    const fn is_headed_by(self, address: usize) -> bool {
        (self.0 ^ address) & !(LOCKED | FLAG) == QUEUED
    }

    /// Whether anybody is in the main line.
    #[inline]
    pub(crate) const fn has_waiters(self) -> bool {
        self.0 & QUEUED != 0
    }
}
