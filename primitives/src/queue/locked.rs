//! A queue while its internal lock is held: its lines, and who is in them.

use core::ptr;
use core::task::Waker;

use super::node::{Node, Ring};
use super::{FLAG, LOCKED, QUEUED, WaitQueue, Word};
use crate::sync::atomic::Ordering;

/// A line of waiters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Line {
    Main,
    Side(usize),
}

/// A queue whose internal lock this thread holds. Dropping it publishes the word.
pub(crate) struct Locked<'q, X: Copy, S, const N: usize, A: ?Sized> {
    pub(super) queue: &'q WaitQueue<X, S, N, A>,
    /// The word as it will be once unlocked.
    pub(super) word: Word,
}

/// A waiter in a locked line, somebody else's as a rule.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'l, X>(pub(super) &'l Node<X>);

// === impl Locked ===

impl<X: Copy, S, const N: usize, A: ?Sized> Locked<'_, X, S, N, A> {
    #[inline]
    pub(crate) fn flag(&self) -> bool {
        self.word.flag()
    }

    #[inline]
    pub(crate) fn set_flag(&mut self, flag: bool) {
        self.word = self.word.with_flag(flag);
    }

    #[inline]
    pub(crate) fn value(&self) -> usize {
        self.word.value()
    }

    /// Sets the number, which is zero and stays zero while anybody waits: a queue with waiters has
    /// none.
    #[inline]
    pub(crate) fn set_value(&mut self, value: usize) {
        debug_assert!(value <= Word::MAX_VALUE);
        if self.is_empty(Line::Main) {
            self.word = Word::of(self.flag(), value);
        } else {
            debug_assert!(value == 0, "a number beside waiters");
        }
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
        // SAFETY: the queue is locked. The node was linked until now and has not been told otherwise,
        // so it is alive.
        unsafe { Node::pop(node) }
    }

    /// Moves the longest waiting from one line to the end of another and shows it.
    #[inline]
    pub(crate) fn move_front(&mut self, from: Line, to: Line) -> Option<Entry<'_, X>> {
        let node = self.ring(from).0;
        if node.is_null() {
            return None;
        }
        // SAFETY: the queue is locked and heads are linked.
        let rest = unsafe { Ring::unlink(node) };
        self.set_ring(from, rest);
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
    pub(super) fn ring(&self, line: Line) -> Ring<X> {
        match line {
            Line::Main if self.word.has_waiters() => {
                // Exposed by `set_ring`.
                Ring(ptr::with_exposed_provenance(self.word.0 & !(LOCKED | QUEUED | FLAG)))
            }
            Line::Main => Ring::EMPTY,
            Line::Side(side) => Ring(self.queue.sides[side].load(Ordering::Relaxed)),
        }
    }

    #[inline]
    pub(super) fn set_ring(&mut self, line: Line, ring: Ring<X>) {
        match line {
            Line::Main => {
                debug_assert!(self.value() == 0, "a number beside waiters");
                let flag = self.word.0 & FLAG;
                let head = if ring.is_empty() { 0 } else { ring.0.expose_provenance() | QUEUED };
                self.word = Word(head | flag);
            }
            Line::Side(side) => {
                self.queue.sides[side].store(ring.0.cast_mut(), Ordering::Relaxed);
            }
        }
    }

    /// Puts a started node that is in no line at the end of one.
    #[inline]
    pub(super) fn link(&mut self, line: Line, node: *const Node<X>) {
        let ring = self.ring(line);
        // SAFETY: the queue is locked, `node` started, in no line, and the ring one of its lines.
        unsafe { Ring::insert(node, ring) };
        if ring.is_empty() {
            self.set_ring(line, Ring(node));
        }
    }

    /// Takes a linked node out of whichever line it is in.
    #[inline]
    pub(super) fn unlink(&mut self, node: *const Node<X>) {
        // SAFETY: the queue is locked, and callers pass nodes that are linked in it.
        let rest = unsafe { Ring::unlink(node) };
        if self.word.is_headed_by(node.addr()) {
            self.set_ring(Line::Main, rest);
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
        // Release: pairs with the exchange that locks next and with those of the fast paths.
        self.queue.word.store(self.word.0, Ordering::Release);
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

    /// Changes the tag, takes the waker out and leaves the waiter in line. Wake it once the queue is
    /// unlocked.
    #[inline]
    #[must_use = "a waker is woken once the queue is unlocked"]
    pub(crate) fn tell(self, tag: impl FnOnce(u16) -> u16) -> Option<Waker> {
        // SAFETY: the queue is locked and the node linked.
        unsafe { self.0.tell(tag) }
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
