//! A queue whose internal lock is held, and the waiters in its lists.

use core::ptr;
use core::task::Waker;

use super::node::Node;
use super::ring::Ring;
use super::{Protocol, WaitQueue, Word};
use crate::sync::atomic::Ordering;

/// One of a queue's lists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Main,
    Side(usize),
}

/// A queue whose internal lock this thread holds. Dropping it unlocks and publishes the word.
pub(crate) struct Locked<'q, P: Protocol> {
    pub(super) queue: &'q WaitQueue<P>,
    /// The word as it will be once unlocked.
    pub(super) word: Word,
}

/// A waiter in a list of a locked queue.
///
/// Invariant: its node is linked and its queue locked for `'l`. It borrows the [`Locked`], and
/// whatever unlinks borrows that mutably.
pub(crate) struct Entry<'l, P: Protocol>(pub(super) &'l Node<P::Payload>);

// === impl Locked ===

impl<'q, P: Protocol> Locked<'q, P> {
    #[inline]
    pub(crate) fn queue(&self) -> &'q WaitQueue<P> {
        self.queue
    }

    #[inline]
    pub(crate) fn flag(&self) -> bool {
        self.word.flag()
    }

    #[inline]
    pub(crate) fn set_flag(&mut self, flag: bool) {
        self.word = self.word.with_flag(flag);
    }

    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.word.count()
    }

    /// Sets the count, which stays zero while anybody waits: the word has no room for one then.
    #[inline]
    pub(crate) fn set_count(&mut self, count: usize) {
        debug_assert!(count <= Word::MAX_COUNT);
        if self.is_empty(List::Main) {
            self.word = Word::idle(self.flag(), count);
        } else {
            debug_assert!(count == 0, "a count beside waiters");
        }
    }

    /// The state under the internal lock.
    #[inline]
    pub(crate) fn shared(&mut self) -> &mut P::Shared {
        self.queue.shared.with_mut(|shared| {
            // SAFETY: the queue is locked, and the borrow of `self` keeps it so and alone.
            unsafe { &mut *shared }
        })
    }

    #[inline]
    pub(crate) fn is_empty(&self, list: List) -> bool {
        self.ring(list).is_empty()
    }

    /// The longest waiting.
    #[inline]
    pub(crate) fn front(&self, list: List) -> Option<Entry<'_, P>> {
        let head = self.ring(list).0;
        // SAFETY: a head is null or linked, so alive while the queue is locked, which `self` is
        // borrowed for.
        unsafe { head.as_ref() }.map(Entry)
    }

    /// Visits everybody in the list, the longest waiting first.
    pub(crate) fn for_each(&self, list: List, mut visit: impl FnMut(Entry<'_, P>)) {
        self.find(list, |entry| {
            visit(entry);
            false
        });
    }

    /// The first in the list for whom `pick` returns true.
    pub(crate) fn find(
        &self,
        list: List,
        mut pick: impl FnMut(Entry<'_, P>) -> bool,
    ) -> Option<Entry<'_, P>> {
        let front = self.front(list)?;
        let mut entry = front;
        while !pick(entry) {
            let next = entry.next();
            if ptr::eq(next.0, front.0) {
                return None;
            }
            entry = next;
        }
        Some(entry)
    }

    /// Takes the longest waiting out of the list. Returns its waker, to be woken once the queue is
    /// unlocked, unless it was taken before.
    #[inline]
    #[must_use = "a waker is woken once the queue is unlocked"]
    pub(crate) fn pop_front(&mut self, list: List) -> Option<Waker> {
        let node = self.ring(list).0;
        if node.is_null() {
            return None;
        }
        // SAFETY: the queue is locked and heads are linked.
        let rest = unsafe { Ring::unlink(node) };
        // SAFETY: the rest of a ring of this queue.
        unsafe { self.set_ring(list, rest) };
        // SAFETY: the queue is locked; the node was linked until just now and its owner has not been
        // told otherwise, so it is alive.
        unsafe { Node::pop(node) }
    }

    /// Moves the longest waiting from one list to the end of another.
    #[inline]
    pub(crate) fn move_front(&mut self, from: List, to: List) -> Option<Entry<'_, P>> {
        let node = self.ring(from).0;
        if node.is_null() {
            return None;
        }
        // SAFETY: the queue is locked and heads are linked.
        let rest = unsafe { Ring::unlink(node) };
        // SAFETY: the rest of a ring of this queue.
        unsafe { self.set_ring(from, rest) };
        // SAFETY: it was linked, so it was started and is alive, and is in no list now.
        unsafe { self.link(to, node) };
        // SAFETY: it is linked, so alive while the queue is locked, which `self` is borrowed for.
        Some(Entry(unsafe { &*node }))
    }

    /// Moves everybody in one list to the end of another, in O(1).
    pub(crate) fn move_all(&mut self, from: List, to: List) {
        let moved = self.ring(from);
        // SAFETY: an empty ring belongs to any queue.
        unsafe { self.set_ring(from, Ring::EMPTY) };
        // SAFETY: the queue is locked, both are its rings, and no node is in two.
        let joined = unsafe { self.ring(to).join(moved) };
        // SAFETY: all its nodes are linked in this queue.
        unsafe { self.set_ring(to, joined) };
    }

    #[inline]
    pub(super) fn ring(&self, list: List) -> Ring<P::Payload> {
        match list {
            // `set_ring` exposed the address. With none it is null.
            List::Main => Ring(ptr::with_exposed_provenance(self.word.head())),
            List::Side(side) => Ring(self.queue.side(side).load(Ordering::Relaxed)),
        }
    }

    /// # Safety
    ///
    /// `ring` is empty, or all its nodes are linked in this queue and in no other list of it.
    #[inline]
    pub(super) unsafe fn set_ring(&mut self, list: List, ring: Ring<P::Payload>) {
        match list {
            List::Main => {
                debug_assert!(self.count() == 0, "a count beside waiters");
                self.word = self.word.with_head(ring.0.expose_provenance());
            }
            List::Side(side) => {
                self.queue.side(side).store(ring.0.cast_mut(), Ordering::Relaxed);
            }
        }
    }

    /// Puts a node at the end of a list.
    ///
    /// # Safety
    ///
    /// The node is alive and started, belongs to a waiter of this queue, and is in no list.
    #[inline]
    pub(super) unsafe fn link(&mut self, list: List, node: *const Node<P::Payload>) {
        let ring = self.ring(list);
        // SAFETY: the queue is locked; the caller says the rest.
        unsafe { ring.insert_before_head(node) };
        if ring.is_empty() {
            // SAFETY: its one node is linked in this queue.
            unsafe { self.set_ring(list, Ring(node)) };
        }
    }

    /// Takes a node out of whichever list it is in.
    ///
    /// # Safety
    ///
    /// The node is linked in this queue.
    #[inline]
    pub(super) unsafe fn unlink(&mut self, node: *const Node<P::Payload>) {
        // SAFETY: the queue is locked; the caller says that the node is linked.
        let rest = unsafe { Ring::unlink(node) };
        if self.word.is_headed_by(node.addr()) {
            // SAFETY: the rest of the main list.
            unsafe { self.set_ring(List::Main, rest) };
        } else {
            for side in self.queue.sides.as_ref() {
                if ptr::eq(side.0.load(Ordering::Relaxed), node) {
                    side.0.store(rest.0.cast_mut(), Ordering::Relaxed);
                }
            }
        }
    }
}

impl<P: Protocol> Drop for Locked<'_, P> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the exchange that locks next and with those of the fast paths.
        self.queue.word.store(self.word.0, Ordering::Release);
    }
}

// === impl Entry ===

impl<P: Protocol> Clone for Entry<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Protocol> Copy for Entry<'_, P> {}

impl<P: Protocol> Entry<'_, P> {
    #[inline]
    pub(crate) fn tag(self) -> u16 {
        self.0.tag()
    }

    #[inline]
    pub(crate) fn set_tag(self, tag: u16) {
        // SAFETY: the queue is locked.
        unsafe { self.0.set_tag(tag) };
    }

    #[inline]
    pub(crate) fn payload(self) -> P::Payload {
        // SAFETY: the queue is locked.
        unsafe { self.0.payload() }
    }

    #[inline]
    pub(crate) fn set_payload(self, payload: P::Payload) {
        // SAFETY: the queue is locked.
        unsafe { self.0.set_payload(payload) };
    }

    /// Changes the tag and leaves the waiter in its list. Returns its waker, to be woken once the
    /// queue is unlocked, unless it was taken before.
    #[inline]
    #[must_use = "a waker is woken once the queue is unlocked"]
    pub(crate) fn tell(self, tag: impl FnOnce(u16) -> u16) -> Option<Waker> {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.tell(tag) }
    }

    /// Replaces the waker. Returns the previous one, to be dropped once the queue is unlocked.
    #[inline]
    #[must_use = "a waker is dropped once the queue is unlocked"]
    pub(crate) fn set_waker(self, waker: Waker) -> Option<Waker> {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.set_waker(waker) }
    }

    /// Whether the waiter has a waker that wakes what `waker` wakes. May be wrong in saying no.
    #[inline]
    pub(crate) fn will_wake(self, waker: &Waker) -> bool {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.will_wake(waker) }
    }

    /// Whether the waiter was last polled by the task of `waker`, as far as wakers tell.
    #[inline]
    pub(crate) fn same_task(self, waker: &Waker) -> bool {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.same_task(waker) }
    }

    /// The next in the ring: after the last, the first.
    #[inline]
    pub(super) fn next(self) -> Self {
        // SAFETY: the queue is locked and the node linked.
        let next = unsafe { self.0.with_links(|links| links.next) };
        // SAFETY: what a linked node points to is linked, so alive while the queue is locked.
        Self(unsafe { &*next })
    }

    /// The one before in the ring: before the first, the last.
    #[inline]
    pub(super) fn prev(self) -> Self {
        // SAFETY: the queue is locked and the node linked.
        let prev = unsafe { self.0.with_links(|links| links.prev) };
        // SAFETY: what a linked node points to is linked, so alive while the queue is locked.
        Self(unsafe { &*prev })
    }
}
