//! A list of waiters: a circular doubly-linked ring, known by its head.
//!
//! The head is the longest waiting node and its `prev` is the tail, so push, pop, unlink and splice
//! are O(1) and an empty list is a null pointer.
//!
//! Every function here requires that **the caller holds the internal lock of the queue that the
//! ring belongs to**, under which nodes of a ring are alive and their links the caller's alone (see
//! [`node`](super::node)).

use core::{mem, ptr};

use super::node::{Links, Node};

/// A ring by its head; null while it is empty.
pub(super) struct Ring<X>(pub(super) *const Node<X>);

impl<X> Clone for Ring<X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X> Copy for Ring<X> {}

impl<X: Copy> Ring<X> {
    pub(super) const EMPTY: Self = Self(ptr::null());

    pub(super) fn is_empty(self) -> bool {
        self.0.is_null()
    }

    /// Appends `other` to `self`.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock; both are rings of that queue with no node in common.
    #[inline]
    pub(super) unsafe fn join(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        // SAFETY: the queue is locked; heads, and what nodes of a ring point to, are linked in it
        // (so for every block here).
        let tail = unsafe { with_links(self.0, |head| head.prev) };
        // SAFETY: as above.
        let last = unsafe { with_links(other.0, |second| mem::replace(&mut second.prev, tail)) };
        // SAFETY: as above.
        unsafe { with_links(self.0, |head| head.prev = last) };
        // SAFETY: as above.
        unsafe { with_links(tail, |tail| tail.next = other.0) };
        // SAFETY: as above.
        unsafe { with_links(last, |last| last.next = self.0) };
        self
    }

    /// Inserts `node` before the head of a ring, which is at its end; alone into an empty one.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock, `node` is alive, started and in no ring, and `self` is a
    /// ring of that queue.
    #[inline]
    pub(super) unsafe fn insert_before_head(self, node: *const Node<X>) {
        let (next, prev) = if self.is_empty() {
            (node, node)
        } else {
            // SAFETY: the queue is locked; heads, and what nodes of a ring point to, are linked in
            // it (so for every block here).
            let tail = unsafe { with_links(self.0, |head| mem::replace(&mut head.prev, node)) };
            // SAFETY: as above.
            unsafe { with_links(tail, |tail| tail.next = node) };
            (self.0, tail)
        };
        // SAFETY: the queue is locked; the caller says that `node` is alive and started.
        unsafe {
            with_links(node, |links| {
                links.next = next;
                links.prev = prev;
            });
        }
    }

    /// Takes `node` out of its ring, leaving the node's own links as they were. Returns the ring
    /// that begins with its successor.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock and `node` is linked in one of its rings.
    #[inline]
    pub(super) unsafe fn unlink(node: *const Node<X>) -> Self {
        // SAFETY: the queue is locked and the node linked.
        let (next, prev) = unsafe { with_links(node, |links| (links.next, links.prev)) };
        if ptr::eq(next, node) {
            return Self::EMPTY;
        }
        // SAFETY: the neighbours of a linked node are linked.
        unsafe { with_links(next, |after| after.prev = prev) };
        // SAFETY: as above.
        unsafe { with_links(prev, |before| before.next = next) };
        Self(next)
    }
}

/// Runs `access` on the links of `node`.
///
/// # Safety
///
/// The caller holds the queue's lock; `node` is alive and started.
#[inline]
unsafe fn with_links<X: Copy, R>(
    node: *const Node<X>,
    access: impl FnOnce(&mut Links<X>) -> R,
) -> R {
    // SAFETY: the caller says that it is alive.
    let node = unsafe { &*node };
    // SAFETY: the queue is locked and the node started.
    unsafe { node.with_links(access) }
}
