//! Somebody's place in a queue, and what its owner may do with it.

use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::ptr;
use core::task::Waker;

use super::WaitQueue;
use super::locked::{Entry, Line, Locked};
use super::node::{Link, Node, Ring};
use crate::sync::atomic::Ordering;

/// Somebody's place in a queue.
pub(crate) struct Waiter<'q, X: Copy, S = (), const N: usize = 0, A: ?Sized = ()> {
    queue: &'q WaitQueue<X, S, N, A>,
    pub(super) node: Node<X>,
}

// SAFETY: a waiter is moved only while nobody else knows of its node, and the node's parts, note
// and waker, may go to another thread.
unsafe impl<X: Copy + Send, S, const N: usize, A: ?Sized> Send for Waiter<'_, X, S, N, A> where
    WaitQueue<X, S, N, A>: Sync
{
}
// SAFETY: through a shared reference only the queue, the state, which is atomic, and `entered` are
// read, which is written through a pinned exclusive one alone.
unsafe impl<X: Copy + Send, S, const N: usize, A: ?Sized> Sync for Waiter<'_, X, S, N, A> where
    WaitQueue<X, S, N, A>: Sync
{
}

/// A waiter whose queue is locked.
pub(crate) struct LockedWaiter<'w, 'q, X: Copy, S, const N: usize, A: ?Sized> {
    pub(super) locked: Locked<'q, X, S, N, A>,
    pub(super) node: &'w Node<X>,
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

    /// Whether the waiter is in a line; that it is may change at any moment.
    #[inline]
    pub(crate) fn is_linked(&self) -> bool {
        self.node.is_linked(Ordering::Acquire)
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
            self.node.set_idle();
        }
    }

    /// Takes the queue's internal lock.
    #[inline]
    pub(crate) fn lock<'w>(self: Pin<&'w mut Self>) -> LockedWaiter<'w, 'q, X, S, N, A> {
        let this = self.into_ref().get_ref();
        LockedWaiter { locked: this.queue.lock(), node: &this.node }
    }

    /// Takes the queue's internal lock if that can be done at once.
    #[inline]
    pub(crate) fn try_lock<'w>(
        self: Pin<&'w mut Self>,
    ) -> Option<LockedWaiter<'w, 'q, X, S, N, A>> {
        let this = self.into_ref().get_ref();
        this.queue.try_lock().map(|locked| LockedWaiter { locked, node: &this.node })
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> Waiter<'_, X, S, N, A> {
    #[cold]
    fn leave(&mut self) {
        let mut this = LockedWaiter { locked: self.queue.lock(), node: &self.node };
        let waker = this.remove();
        drop(this);
        drop(waker);
    }
}

impl<X: Copy, S, const N: usize, A: ?Sized> Drop for Waiter<'_, X, S, N, A> {
    #[inline]
    fn drop(&mut self) {
        // The primitive above has gone out of line in its own way. This is what makes a linked
        // node alive, whatever it did.
        if self.link() == Link::Linked {
            self.leave();
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
        self.node.is_linked(Ordering::Relaxed).then_some(Entry(self.node))
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
                // SAFETY: the queue is locked, the node started and in no line, and from `at` on
                // its line is a ring too, with the place before `at` as its end.
                unsafe { Ring::insert(self.node, Ring(at)) };
                if ptr::eq(self.locked.ring(line).0, at) {
                    self.locked.set_ring(line, Ring(self.node));
                }
            }
        }
    }

    /// Moves the first whom `pick` picks from `line` to right behind this waiter, which is in line, and
    /// shows it.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in no line.
    pub(crate) fn bring_behind(
        &mut self,
        line: Line,
        pick: impl FnMut(Entry<'_, X>) -> bool,
    ) -> Option<Entry<'_, X>> {
        assert!(self.node.is_linked(Ordering::Relaxed), "nobody can be behind a waiter in no line");
        let node = ptr::from_ref(self.locked.find(line, pick)?.0);
        if !ptr::eq(node, self.node) {
            self.locked.unlink(node);
            // SAFETY: the queue is locked and the node linked.
            let next = unsafe { self.node.next() };
            // SAFETY: the queue is locked, `node` started and in no line, and from `next` on the line
            // of this waiter is a ring too, with this waiter as its end.
            unsafe { Ring::insert(node, Ring(next)) };
        }
        // SAFETY: it is linked, so alive while the queue is locked, which `self` is borrowed for.
        Some(Entry(unsafe { &*node }))
    }

    /// Leaves the line if the bits of `mask` in its tag are `told` and its waker was taken, as when it
    /// was told. Whether it was so.
    #[inline]
    pub(crate) fn remove_told(&mut self, mask: u16, told: u16) -> bool {
        let is_told = self.node.is_told(mask, told);
        if is_told {
            self.locked.unlink(self.node);
            self.node.set_idle();
        }
        is_told
    }

    /// Leaves the line, if in one, and gives the waker back, to be dropped once the queue is
    /// unlocked. The waiter is idle then.
    #[inline]
    #[must_use = "a waker is dropped once the queue is unlocked"]
    pub(crate) fn remove(&mut self) -> Option<Waker> {
        if self.node.is_linked(Ordering::Relaxed) {
            self.locked.unlink(self.node);
        }
        // SAFETY: it is in no line now, and the owner of this borrow is its owner.
        unsafe { self.node.retire() }
    }

    #[inline]
    fn start(&mut self, tag: u16, waker: Waker) {
        assert!(!self.node.is_linked(Ordering::Relaxed), "a waiter can't queue twice");
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
