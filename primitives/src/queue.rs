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
//! A [`Waiter`] is a node and its queue; it lives in the pinned future of whoever waits, so
//! waiting allocates nothing, and dropping it takes it out of line in O(1). [`LockedWaiter`] is a
//! waiter whose queue is locked. What a tag or a note *means* is the primitive's affair.
//!
//! This module and its children are all the `unsafe` there is, but for the lock's cell (and what
//! [`waiting`] expands to, which is written here). Their interface is safe: a waiter can be put only into its own queue, only while pinned, and leaves
//! when dropped.

mod future;
mod node;
mod wake;

use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::ptr;
use core::task::Waker;

pub(crate) use self::future::waiting;
pub(crate) use self::node::Link;
use self::node::{Node, Ring};
pub(crate) use self::wake::WakeList;
use crate::sync::atomic::{AtomicPtr, Ordering};
use crate::sync::{UnsafeCell, backoff};

/// The word's bit that says that a thread is at work on the lines.
const LOCKED: usize = 0b001;
/// The word's bit that says that the rest is an address.
const QUEUED: usize = 0b010;
/// The word's bit that is the primitive's: held, set, broken.
const FLAG: usize = 0b100;
const VALUE_SHIFT: u32 = 3;

/// The tag of those who stand in line for [`WaitQueue::drain`] and wait for nothing.
pub(crate) const SENTINEL: u16 = u16::MAX >> 3;

/// A line of waiters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line {
    Main,
    Side(usize),
}

/// See the [module's documentation](self).
///
/// `X` is the note that each waiter carries, `S` the state under the internal lock, `N` the number
/// of side lines, `A` what the primitive attaches.
pub(crate) struct WaitQueue<X, S = (), const N: usize = 0, A: ?Sized = ()> {
    word: AtomicPtr<Node<X>>,
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

/// The word as the fast paths see it: the primitive's flag and, where nobody waits, its number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(usize);

/// A queue whose internal lock this thread holds. Dropping it publishes the word.
pub(crate) struct Locked<'q, X: Copy, S, const N: usize, A: ?Sized> {
    queue: &'q WaitQueue<X, S, N, A>,
    main: Ring<X>,
    /// Flag and number, as in the word.
    rest: usize,
}

/// Somebody's place in a queue.
pub(crate) struct Waiter<'q, X: Copy, S = (), const N: usize = 0, A: ?Sized = ()> {
    queue: &'q WaitQueue<X, S, N, A>,
    node: Node<X>,
}

// SAFETY: a waiter is moved only while nobody else knows of its node, and the node's parts, note
// and waker, may go to another thread.
unsafe impl<X: Copy + Send, S, const N: usize, A: ?Sized> Send for Waiter<'_, X, S, N, A> where
    WaitQueue<X, S, N, A>: Sync
{
}
// SAFETY: through a shared reference only the state is read, which is atomic, and the queue.
unsafe impl<X: Copy + Send, S, const N: usize, A: ?Sized> Sync for Waiter<'_, X, S, N, A> where
    WaitQueue<X, S, N, A>: Sync
{
}

/// A waiter whose queue is locked.
pub(crate) struct LockedWaiter<'w, 'q, X: Copy, S, const N: usize, A: ?Sized> {
    locked: Locked<'q, X, S, N, A>,
    node: &'w Node<X>,
}

/// A waiter in a locked line, somebody else's as a rule.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'l, X>(&'l Node<X>);

// === impl WaitQueue ===

impl<X: Copy, S, const N: usize, A> WaitQueue<X, S, N, A> {
    crate::sync::const_fn! {
        pub(crate) const fn new(flag: bool, value: usize, shared: S, attached: A) -> Self {
            Self {
                word: AtomicPtr::new(ptr::without_provenance_mut(Word::of(flag, value).0)),
                #[cfg(not(loom))]
                sides: [const { AtomicPtr::new(ptr::null_mut()) }; N],
                #[cfg(loom)]
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
        Word(self.word.load(Ordering::Acquire).addr())
    }

    /// Exchanges one word for another without the internal lock, which neither of them may need:
    /// both stand for a queue that nobody waits in.
    #[inline]
    pub(crate) fn exchange(&self, old: Word, new: Word, order: Ordering) -> bool {
        debug_assert!((old.0 | new.0) & (LOCKED | QUEUED) == 0, "a fast path met a queue");
        let (old, new) = (ptr::without_provenance_mut(old.0), ptr::without_provenance_mut(new.0));
        self.word.compare_exchange(old, new, order, Ordering::Relaxed).is_ok()
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
            let seen = Word(word.addr());
            if seen.0 & LOCKED != 0 {
                backoff(&mut tries);
                word = self.word.load(Ordering::Relaxed);
                continue;
            }
            let Some(new) = change(seen) else {
                return Err(seen);
            };
            debug_assert!((new.0 ^ seen.0) & !FLAG == 0 || !seen.has_waiters());
            let new = word.map_addr(|_| new.0);
            match self.word.compare_exchange_weak(word, new, order, Ordering::Relaxed) {
                Ok(_) => return Ok(seen),
                Err(now) => word = now,
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
        let mut tries = 0;
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word.addr() & LOCKED == 0 {
                let locked = word.map_addr(|address| address | LOCKED);
                // Acquire: pairs with the store that unlocked last, so that all it covered, and
                // all that the word's earlier owners published, is visible.
                match self.word.compare_exchange_weak(
                    word,
                    locked,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                ) {
                    Ok(seen) => {
                        // The same address, but perhaps of another node than was loaded.
                        word = seen;
                        break;
                    }
                    Err(now) => word = now,
                }
            } else {
                backoff(&mut tries);
                word = self.word.load(Ordering::Relaxed);
            }
        }
        let address = word.addr();
        let (main, rest) = if address & QUEUED == 0 {
            (Ring::EMPTY, address)
        } else {
            let mask = LOCKED | QUEUED | FLAG;
            (Ring(word.map_addr(|address| address & !mask).cast_const()), address & FLAG)
        };
        Locked { queue: self, main, rest }
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
            drop(locked);
            return drop(wakers);
        }
        // More than a batch: a waiter of our own behind them says where they end.
        let last = core::pin::pin!(Waiter::new(locked.queue, X::default()));
        let mut last = LockedWaiter { locked, node: &last.into_ref().get_ref().node };
        last.enqueue(Line::Main, SENTINEL, Waker::noop().clone());
        let rest = Drain { queue: last.queue, last: last.node };
        drop(last);
        drop(wakers);
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

    /// Whether anybody is in the main line.
    #[inline]
    pub(crate) const fn has_waiters(self) -> bool {
        self.0 & QUEUED != 0
    }
}

// === impl Locked ===

impl<X: Copy, S, const N: usize, A: ?Sized> Locked<'_, X, S, N, A> {
    #[inline]
    pub(crate) fn flag(&self) -> bool {
        self.rest & FLAG != 0
    }

    #[inline]
    pub(crate) fn set_flag(&mut self, flag: bool) {
        self.rest = Word(self.rest).with_flag(flag).0;
    }

    #[inline]
    pub(crate) fn value(&self) -> usize {
        self.rest >> VALUE_SHIFT
    }

    /// Sets the number, which must be zero again before anybody waits.
    #[inline]
    pub(crate) fn set_value(&mut self, value: usize) {
        debug_assert!(value <= Word::MAX_VALUE);
        self.rest = Word::of(self.flag(), value).0;
    }

    /// The state under the internal lock.
    #[inline]
    pub(crate) fn shared(&mut self) -> &mut S {
        self.queue.shared.with_mut(|shared| {
            // SAFETY: the queue is locked, and the borrow of `self` keeps it so and alone.
            unsafe { &mut *shared }
        })
    }

    #[inline]
    pub(crate) fn is_empty(&self, line: Line) -> bool {
        self.ring(line).is_empty()
    }

    /// The one who has waited longest.
    #[inline]
    pub(crate) fn front(&self, line: Line) -> Option<Entry<'_, X>> {
        let head = self.ring(line).0;
        // SAFETY: a head is null or linked, so alive while the queue is locked, which `self` is
        // borrowed for.
        unsafe { head.as_ref() }.map(Entry)
    }

    /// Shows everybody in line to `visit`, the longest waiting first.
    pub(crate) fn for_each(&self, line: Line, mut visit: impl FnMut(Entry<'_, X>)) {
        self.find(line, |entry| {
            visit(entry);
            false
        });
    }

    /// The first in line whom `pick` picks.
    pub(crate) fn find(
        &self,
        line: Line,
        mut pick: impl FnMut(Entry<'_, X>) -> bool,
    ) -> Option<Entry<'_, X>> {
        let front = self.front(line)?;
        let mut entry = front;
        while !pick(entry) {
            // SAFETY: the queue is locked and the node linked.
            let next = unsafe { entry.0.next() };
            if ptr::eq(next, front.0) {
                return None;
            }
            // SAFETY: what a linked node points to is linked, so alive as in `front`.
            entry = Entry(unsafe { &*next });
        }
        Some(entry)
    }

    /// Takes the longest waiting out of line. If a waker is given, wake it once the queue is
    /// unlocked; there is none where it was taken before.
    #[inline]
    #[must_use = "a waker is woken once the queue is unlocked"]
    pub(crate) fn pop_front(&mut self, line: Line) -> Option<Waker> {
        let node = self.ring(line).0;
        if node.is_null() {
            return None;
        }
        // SAFETY: the queue is locked and heads are linked.
        let rest = unsafe { Ring::unlink(node) };
        self.set_ring(line, rest);
        // SAFETY: it was linked until now and has not been told otherwise, so it is alive.
        let node = unsafe { &*node };
        // SAFETY: the queue is locked and the node has been linked.
        let waker = unsafe { node.take_waker() };
        node.set_link(Link::Popped);
        waker
    }

    /// Moves the longest waiting from one line to the end of another and shows it.
    #[inline]
    pub(crate) fn move_front(&mut self, from: Line, to: Line) -> Option<Entry<'_, X>> {
        let node = self.ring(from).0;
        if node.is_null() {
            return None;
        }
        self.unlink(node);
        self.link(to, node);
        // SAFETY: it is linked, so alive while the queue is locked, which `self` is borrowed for.
        Some(Entry(unsafe { &*node }))
    }

    /// Moves the first whom `pick` picks from one line to the front of another and shows it.
    pub(crate) fn bring_forward(
        &mut self,
        from: Line,
        to: Line,
        pick: impl FnMut(Entry<'_, X>) -> bool,
    ) -> Option<Entry<'_, X>> {
        let node = ptr::from_ref(self.find(from, pick)?.0);
        self.unlink(node);
        self.link(to, node);
        self.set_ring(to, Ring(node));
        // SAFETY: as in `move_front`.
        Some(Entry(unsafe { &*node }))
    }

    /// Moves a whole line to the end of another, in O(1).
    pub(crate) fn move_all(&mut self, from: Line, to: Line) {
        let moved = self.ring(from);
        self.set_ring(from, Ring::EMPTY);
        // SAFETY: the queue is locked, and no node is in two lines.
        let joined = unsafe { self.ring(to).join(moved) };
        self.set_ring(to, joined);
    }

    #[inline]
    fn ring(&self, line: Line) -> Ring<X> {
        match line {
            Line::Main => self.main,
            Line::Side(side) => Ring(self.queue.sides[side].load(Ordering::Relaxed)),
        }
    }

    #[inline]
    fn set_ring(&mut self, line: Line, ring: Ring<X>) {
        match line {
            Line::Main => self.main = ring,
            Line::Side(side) => {
                self.queue.sides[side].store(ring.0.cast_mut(), Ordering::Relaxed);
            }
        }
    }

    /// Puts a started node that is in no line at the end of one.
    #[inline]
    fn link(&mut self, line: Line, node: *const Node<X>) {
        // SAFETY: the queue is locked, and nothing points to a node that is in no line.
        unsafe { Ring::close(node) };
        // SAFETY: the queue is locked, and `node` is a ring of its own.
        let joined = unsafe { self.ring(line).join(Ring(node)) };
        self.set_ring(line, joined);
    }

    /// Takes a linked node out of whichever line it is in.
    #[inline]
    fn unlink(&mut self, node: *const Node<X>) {
        // SAFETY: the queue is locked, and callers pass nodes that are linked in it.
        let rest = unsafe { Ring::unlink(node) };
        if ptr::eq(self.main.0, node) {
            self.main = rest;
        } else {
            for side in 0..N {
                if ptr::eq(self.ring(Line::Side(side)).0, node) {
                    self.set_ring(Line::Side(side), rest);
                }
            }
        }
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> Drop for Locked<'_, X, S, N, A> {
    #[inline]
    fn drop(&mut self) {
        debug_assert!(self.main.is_empty() || self.value() == 0, "a number beside waiters");
        let word = if self.main.is_empty() {
            ptr::without_provenance_mut(self.rest)
        } else {
            self.main.0.cast_mut().map_addr(|address| address | QUEUED | self.rest & FLAG)
        };
        // Release: pairs with the exchange that locks next and with those of the fast paths.
        self.queue.word.store(word, Ordering::Release);
    }
}

// === impl Waiter ===

impl<'q, X: Copy, S, const N: usize, A: ?Sized> Waiter<'q, X, S, N, A> {
    #[inline]
    pub(crate) fn new(queue: &'q WaitQueue<X, S, N, A>, note: X) -> Self {
        Self { queue, node: Node::new(note) }
    }

    #[inline]
    pub(crate) fn queue(&self) -> &'q WaitQueue<X, S, N, A> {
        self.queue
    }

    /// Where the waiter stands. `Linked` may change at any moment, the others don't.
    #[inline]
    pub(crate) fn link(&self) -> Link {
        self.node.link(Ordering::Acquire)
    }

    /// The tag; the last word on it unless the waiter is linked.
    #[inline]
    pub(crate) fn tag(&self) -> u16 {
        self.node.tag()
    }

    /// The note, unless the waiter is linked: it is the queue's then.
    #[inline]
    pub(crate) fn note(self: Pin<&mut Self>) -> Option<X> {
        // SAFETY: not linked, so the note is the owner's alone, and `self` is borrowed from it.
        (self.link() != Link::Linked).then(|| unsafe { self.node.note() })
    }

    /// Forgets that the waiter was popped: it has seen what it was told.
    #[inline]
    pub(crate) fn acknowledge(self: Pin<&mut Self>) {
        if self.link() == Link::Popped {
            self.node.set_link(Link::Idle);
        }
    }

    /// Whether the waiter is in line with a waker that wakes what `waker` wakes.
    pub(crate) fn will_wake(self: Pin<&mut Self>, waker: &Waker) -> bool {
        self.link() == Link::Linked
            && self.lock().entry().is_some_and(|entry| entry.will_wake(waker))
    }

    /// Takes the queue's internal lock.
    #[inline]
    pub(crate) fn lock<'w>(self: Pin<&'w mut Self>) -> LockedWaiter<'w, 'q, X, S, N, A> {
        let this = self.into_ref().get_ref();
        LockedWaiter { locked: this.queue.lock(), node: &this.node }
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> Drop for Waiter<'_, X, S, N, A> {
    #[inline]
    fn drop(&mut self) {
        // The primitive above has gone out of line in its own way. This is what makes a linked
        // node alive, whatever it did.
        if self.link() == Link::Linked {
            let mut this = LockedWaiter { locked: self.queue.lock(), node: &self.node };
            let waker = this.remove();
            drop(this);
            drop(waker);
        }
    }
}

// === impl LockedWaiter ===

impl<'q, X: Copy, S, const N: usize, A: ?Sized> LockedWaiter<'_, 'q, X, S, N, A> {
    #[inline]
    pub(crate) fn queue(&self) -> &'q WaitQueue<X, S, N, A> {
        self.locked.queue
    }

    /// Lets go of the waiter and keeps the queue locked.
    #[inline]
    pub(crate) fn into_locked(self) -> Locked<'q, X, S, N, A> {
        self.locked
    }

    #[inline]
    pub(crate) fn link(&self) -> Link {
        self.node.link(Ordering::Relaxed)
    }

    /// The tag. Only the lock's holder changes that of a linked waiter.
    #[inline]
    pub(crate) fn tag(&self) -> u16 {
        self.node.tag()
    }

    /// This waiter as the others see it, if it is in a line.
    #[inline]
    pub(crate) fn entry(&self) -> Option<Entry<'_, X>> {
        (self.link() == Link::Linked).then_some(Entry(self.node))
    }

    /// Whether `entry` is this waiter.
    #[inline]
    pub(crate) fn is(&self, entry: Entry<'_, X>) -> bool {
        ptr::eq(self.node, entry.0)
    }

    #[inline]
    pub(crate) fn set_note(&mut self, note: X) {
        // SAFETY: the queue is locked.
        unsafe { self.node.set_note(note) };
    }

    #[inline]
    pub(crate) fn note(&self) -> X {
        // SAFETY: the queue is locked.
        unsafe { self.node.note() }
    }

    /// Goes to the end of a line.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in a line already.
    #[inline]
    pub(crate) fn enqueue(&mut self, line: Line, tag: u16, waker: Waker) {
        self.start(tag, waker);
        self.locked.link(line, self.node);
    }

    /// Goes before the first in line whom `pick` picks, or to the end.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in a line already.
    pub(crate) fn enqueue_before(
        &mut self,
        line: Line,
        tag: u16,
        waker: Waker,
        pick: impl FnMut(Entry<'_, X>) -> bool,
    ) {
        self.start(tag, waker);
        let found = self.locked.find(line, pick).map(|entry| ptr::from_ref(entry.0));
        match found {
            None => self.locked.link(line, self.node),
            Some(at) => {
                let front = self.locked.ring(line);
                // SAFETY: the queue is locked; the ring is the one `at` is in, and joining to its
                // end, seen from `at`, is going before `at`.
                let _ = unsafe { Ring(at).join(Ring(self.node)) };
                if ptr::eq(front.0, at) {
                    self.locked.set_ring(line, Ring(self.node));
                }
            }
        }
    }

    /// Leaves the line, if in one, and gives the waker back, to be dropped once the queue is
    /// unlocked. The waiter is idle then.
    #[inline]
    #[must_use = "a waker is dropped once the queue is unlocked"]
    pub(crate) fn remove(&mut self) -> Option<Waker> {
        if self.link() != Link::Linked {
            self.node.set_link(Link::Idle);
            return None;
        }
        self.locked.unlink(self.node);
        // SAFETY: the queue is locked and the node has been linked.
        let waker = unsafe { self.node.take_waker() };
        self.node.set_link(Link::Idle);
        waker
    }

    #[inline]
    fn start(&mut self, tag: u16, waker: Waker) {
        assert!(self.link() != Link::Linked, "a waiter can't queue twice");
        // SAFETY: the queue is locked and the node not linked; it owns no waker, since whoever
        // unlinks takes it. It is pinned: a `LockedWaiter` is made of a pinned waiter, whose drop
        // unlinks it.
        unsafe { self.node.start(tag, waker) };
    }
}

impl<'q, X: Copy, S, const N: usize, A: ?Sized> Deref for LockedWaiter<'_, 'q, X, S, N, A> {
    type Target = Locked<'q, X, S, N, A>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.locked
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> DerefMut for LockedWaiter<'_, '_, X, S, N, A> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.locked
    }
}

// === impl Entry ===

// An entry exists only while its queue is locked, since it borrows from the `Locked`, and it is
// linked: whatever unlinks borrows the `Locked` mutably.
impl<X: Copy> Entry<'_, X> {
    #[inline]
    pub(crate) fn tag(self) -> u16 {
        self.0.tag()
    }

    #[inline]
    pub(crate) fn set_tag(self, tag: u16) {
        self.0.set_tag(tag);
    }

    #[inline]
    pub(crate) fn note(self) -> X {
        // SAFETY: the queue is locked.
        unsafe { self.0.note() }
    }

    #[inline]
    pub(crate) fn set_note(self, note: X) {
        // SAFETY: the queue is locked.
        unsafe { self.0.set_note(note) };
    }

    /// Takes the waker out and leaves the waiter in line. Wake it once the queue is unlocked.
    #[inline]
    #[must_use = "a waker is woken once the queue is unlocked"]
    pub(crate) fn take_waker(self) -> Option<Waker> {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.take_waker() }
    }

    /// Puts a waker in. Drop the one it replaces once the queue is unlocked.
    #[inline]
    #[must_use = "a waker is dropped once the queue is unlocked"]
    pub(crate) fn set_waker(self, waker: Waker) -> Option<Waker> {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.set_waker(waker) }
    }

    /// Whether the waiter has a waker that wakes what `waker` wakes.
    #[inline]
    pub(crate) fn will_wake(self, waker: &Waker) -> bool {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.will_wake(waker) }
    }

    /// Whether the waiter was last polled by the task of `waker`, as far as that can be told.
    #[inline]
    pub(crate) fn same_task(self, waker: &Waker) -> bool {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.same_task(waker) }
    }
}
