//! The wait queue under every primitive: intrusive, FIFO, cancel-safe.
//!
//! # Words
//!
//! - **FIFO**: waiters are served in arrival order.
//! - **Hand-off**: a release passes ownership to the first waiter, so that the lock never appears
//!   free in between. To **barge** is to take it past the waiters instead.
//! - **Grant**: what a waiter was handed (the lock, permits). It is **collected** when its future
//!   is polled.
//! - **Wait morphing**: a notified waiter moves from its condition's list to the lock's.
//! - **Cancellation**: a future is dropped before it is ready. What it was granted is passed on.
//! - **Futurelock**, **take-over**: see [`takeover`].
//!
//! # Layout
//!
//! A [`WaitQueue`] is a state word ([`word`]), a main list of waiters, side lists, and some state
//! under its internal lock. A list is a ring of [`node`]s, each of which lives in the pinned future
//! that waits: waiting allocates nothing, and dropping the future unlinks its node in O(1). What a
//! waiter's tag and payload *mean* is its [`Protocol`]'s affair.
//!
//! While `LOCKED` is set in the word, the word and all lists belong to the thread that set it, the
//! [`Locked`]; nobody else writes the word, so unlocking is a plain store. `LOCKED` is held for a
//! handful of instructions and **no user code runs under it**: wakers are cloned before, and woken
//! or dropped after. Words with neither `LOCKED` nor `QUEUED` are what the fast paths of the
//! primitives exchange.
//!
//! The word is an integer, and nodes in the main list have their provenance exposed, so that the
//! thread whose exchange sets `LOCKED` can go on with the word that it *expected*. A pointer taken
//! from the exchange's result would make loading the first node depend on the exchange completing
//! (20.6 ns a hand-off instead of 18.5).
//!
//! # Unsafe code
//!
//! This module and its children hold all of it but for the lock's data, and what their macros
//! ([`waiting`], [`queue_is_field`]) expand to elsewhere. What soundness rests on is an `unsafe fn`
//! or private to a file here; the interface towards the protocols is safe: a waiter queues only in
//! its own queue, only while pinned, and is unlinked when it is dropped.

mod drain;
mod future;
mod locked;
mod node;
mod ring;
pub(crate) mod takeover;
mod waiter;
mod wake;
mod word;

use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr;

pub(crate) use self::drain::drain;
pub(crate) use self::future::waiting;
pub(crate) use self::locked::{Entry, List, Locked};
pub(crate) use self::node::Link;
use self::node::Node;
pub(crate) use self::waiter::{Handle, LockedSeat, Seat, Waiter, queue_is_field};
pub(crate) use self::wake::{WakeList, WakeOnDrop};
use self::word::LOCKED;
pub(crate) use self::word::Word;
use crate::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::sync::{UnsafeCell, backoff, backoff_after_loss};

/// What a primitive keeps in its queue.
pub(crate) trait Protocol {
    /// Carried by each waiter, under the internal lock.
    type Payload: Copy;
    /// Kept once, under the internal lock.
    type Shared;
    /// The heads of the side lists: an array, made by [`side_lists`].
    type SideLists: AsRef<[Head<Self::Payload>]>;
}

/// See the [module's documentation](self).
pub(crate) struct WaitQueue<P: Protocol> {
    word: AtomicUsize,
    sides: P::SideLists,
    shared: UnsafeCell<P::Shared>,
}

/// The head of a side list. Written under the internal lock; atomic because
/// [`WaitQueue::has_side`] looks without it.
pub(crate) struct Head<X>(AtomicPtr<Node<X>>);

// SAFETY: payloads and shared state are reached by one thread at a time (under the internal lock, or
// by a node's owner), and nodes, whose wakers are `Send`, through their own `Sync` parts.
unsafe impl<P> Send for WaitQueue<P> where P: Protocol<Payload: Send, Shared: Send> {}
// SAFETY: as above; nothing is handed out by reference.
unsafe impl<P> Sync for WaitQueue<P> where P: Protocol<Payload: Send, Shared: Send> {}

// No user code runs under the internal lock, so no panic leaves the lists or the state in disorder.
// As for the data of a lock, which a panicking holder leaves as it is: catching the panic shows
// nothing that any other task could not see, so it is as with std's mutexes.
impl<P: Protocol> UnwindSafe for WaitQueue<P> {}
impl<P: Protocol> RefUnwindSafe for WaitQueue<P> {}

crate::sync::const_fn! {
    /// The heads of `N` empty lists.
    pub(crate) const fn side_lists<X, const N: usize>() -> [Head<X>; N] {
        #[cfg(not(underlock_loom))]
        return [const { Head(AtomicPtr::new(ptr::null_mut())) }; N];
        #[cfg(underlock_loom)]
        core::array::from_fn(|_| Head(AtomicPtr::new(ptr::null_mut())))
    }
}

impl<P: Protocol> WaitQueue<P> {
    crate::sync::const_fn! {
        /// A queue in which nobody waits. `word` has to be [`Word::idle`].
        pub(crate) const fn new(word: Word, shared: P::Shared, sides: P::SideLists) -> Self {
            Self { word: AtomicUsize::new(word.0), sides, shared: UnsafeCell::new(shared) }
        }
    }

    /// A snapshot of the word.
    #[inline]
    pub(crate) fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    /// Exchanges one idle word for another, without the internal lock.
    #[inline]
    pub(crate) fn exchange(&self, old: Word, new: Word, order: Ordering) -> bool {
        debug_assert!(old.is_idle() && new.is_idle(), "a fast path met a queue");
        self.word.compare_exchange(old.0, new.0, order, Ordering::Relaxed).is_ok()
    }

    /// Applies `change` to the word in a CAS loop, once the internal lock is free. Returns the
    /// previous word, or `Err` with it if `change` returns `None`. Waiters are not woken, so
    /// `change` leaves the count of a word that has waiters alone.
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
            let previous = Word(word);
            let Some(new) = change(previous) else {
                return Err(previous);
            };
            debug_assert!(new == previous.with_flag(new.flag()) || !previous.has_waiters());
            match self.word.compare_exchange_weak(word, new.0, order, Ordering::Relaxed) {
                Ok(_) => return Ok(previous),
                Err(now) => word = backoff_after_loss(&mut tries, &self.word, now),
            }
        }
    }

    /// Whether anybody is in a side list. Exact only if the caller knows that nobody comes or goes.
    #[inline]
    pub(crate) fn has_side(&self, side: usize) -> bool {
        !self.side(side).load(Ordering::Relaxed).is_null()
    }

    #[inline]
    fn side(&self, side: usize) -> &AtomicPtr<Node<P::Payload>> {
        &self.sides.as_ref()[side].0
    }

    /// Takes the internal lock.
    #[inline]
    pub(crate) fn lock(&self) -> Locked<'_, P> {
        self.try_lock().unwrap_or_else(|| self.lock_contended())
    }

    /// Takes the internal lock unless another thread has it. The fast paths use this and leave the
    /// rest to a slow path, which keeps calls, and the registers that they cost, out of them.
    #[inline]
    pub(crate) fn try_lock(&self) -> Option<Locked<'_, P>> {
        let word = self.word.load(Ordering::Relaxed);
        if word & LOCKED != 0 {
            return None;
        }
        // Acquire: pairs with the store that unlocked last, so that all it covered, and all that
        // earlier owners of the word published, is visible. The result of the exchange is not
        // looked at, see the module's documentation.
        self.word
            .compare_exchange(word, word | LOCKED, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| Locked { queue: self, word: Word(word) })
    }

    #[cold]
    fn lock_contended(&self) -> Locked<'_, P> {
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
