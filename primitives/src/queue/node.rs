//! One waiter's place in a line, and the ring that a line is.
//!
//! A line is a circular doubly-linked ring known by its head, the longest waiting node; the head's
//! `prev` is the tail. So push, pop, unlink and splice are all O(1), and an empty line is a null
//! pointer. A node carries no pointer to its queue: its [`Waiter`](super::Waiter) does.
//!
//! Everything here is `unsafe` for one reason, which each caller in [`super`] upholds: **a node's
//! cells are touched only under the lock of the queue that its waiter belongs to, or by its owner
//! while it is not linked**; a linked node is alive, because it is pinned and unlinks itself when
//! it is dropped.

use core::cell::Cell;
use core::marker::PhantomPinned;
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::ptr;
use core::task::{RawWakerVTable, Waker};

use crate::sync::UnsafeCell;
use crate::sync::atomic::{AtomicU16, Ordering};

/// Where a node stands towards its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Never queued, or taken out by its owner: nobody else knows of the node.
    Idle,
    /// In a line: everything but the state belongs to the holder of the queue's lock.
    Linked,
    /// Taken out by somebody else, who will not touch it again: the owner's alone.
    Popped,
}

// The state: whether the node is in a line, whether the waker slot owns a waker, and the
// primitive's own tag above them.
const LINKED: u16 = 0b01;
const OWNS_WAKER: u16 = 0b10;
const TAG_SHIFT: u32 = 2;

/// The largest tag.
pub(super) const MAX_TAG: u16 = u16::MAX >> TAG_SHIFT;

/// A place in line. Aligned so that the queue's word has three bits to spare beside its address.
#[repr(align(8))]
pub(super) struct Node<X> {
    links: UnsafeCell<MaybeUninit<Links<X>>>,
    note: UnsafeCell<X>,
    /// Written under the queue's lock or by the owner of an unlinked node. The owner may read it
    /// at any time: seeing with `Acquire` that it is not `LINKED` any more means that everything
    /// before the pop is visible and that the node is its own again.
    state: AtomicU16,
    /// Whether the node was put in a line, and its owner has not taken note yet that it is in none.
    /// The owner's alone, and no atomic, so that a future that never waits costs nothing: the
    /// compiler sees through it.
    entered: Cell<bool>,
    /// Others point here while the node is linked.
    _pinned: PhantomPinned,
}

/// Initialised by `start`, and meaningful from then on.
struct Links<X> {
    next: *const Node<X>,
    prev: *const Node<X>,
    waker: RawParts,
}

/// A waker by its parts. Once the waker has been taken out to be woken they still name the task,
/// which is how another future of that task finds a grant that nobody consumed yet.
#[derive(Clone, Copy)]
struct RawParts {
    data: *const (),
    vtable: &'static RawWakerVTable,
}

impl RawParts {
    fn of(waker: &Waker) -> Self {
        Self { data: waker.data(), vtable: waker.vtable() }
    }

    /// Whether waking the one is waking the other. May be wrong in saying no.
    fn will_wake(self, other: Self) -> bool {
        ptr::eq(self.data, other.data) && ptr::eq(self.vtable, other.vtable)
    }

    /// Whether both belong to one task. Their data is what tells: the compiler may have made
    /// several copies of a vtable, so that a clone has another than its original. A waker without
    /// data, such as `Waker::noop`, names no task.
    fn same_task(self, other: Self) -> bool {
        !self.data.is_null() && ptr::eq(self.data, other.data)
    }
}

// === impl Node ===

impl<X: Copy> Node<X> {
    crate::sync::const_fn! {
        pub(super) const fn new(note: X) -> Self {
            Self {
                links: UnsafeCell::new(MaybeUninit::uninit()),
                note: UnsafeCell::new(note),
                state: AtomicU16::new(0),
                entered: Cell::new(false),
                _pinned: PhantomPinned,
            }
        }
    }

    /// The owner's view of where it stands.
    #[inline]
    pub(super) fn link(&self, order: Ordering) -> Link {
        if !self.entered.get() {
            Link::Idle
        } else if self.state.load(order) & LINKED != 0 {
            Link::Linked
        } else {
            Link::Popped
        }
    }

    #[inline]
    pub(super) fn tag(&self) -> u16 {
        self.state.load(Ordering::Relaxed) >> TAG_SHIFT
    }

    /// Changes the tag and nothing else.
    #[inline]
    pub(super) fn set_tag(&self, tag: u16) {
        let rest = self.state.load(Ordering::Relaxed) & (LINKED | OWNS_WAKER);
        self.state.store(rest | tag << TAG_SHIFT, Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn is_linked(&self, order: Ordering) -> bool {
        self.state.load(order) & LINKED != 0
    }

    /// Whether the node is in a line, owns no waker, and the bits of `mask` in its tag are `tag`.
    #[inline]
    pub(super) fn is_told(&self, mask: u16, tag: u16) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        state & (mask << TAG_SHIFT | OWNS_WAKER | LINKED) == tag << TAG_SHIFT | LINKED
    }

    /// The owner takes note that the node, which owns no waker, was popped and is its own.
    #[inline]
    pub(super) fn set_idle(&self) {
        debug_assert!(self.state.load(Ordering::Relaxed) & OWNS_WAKER == 0, "it owns a waker");
        self.state.store(0, Ordering::Relaxed);
        self.entered.set(false);
    }

    /// The same for one that may own a waker still, to be dropped after the queue's lock is
    /// released.
    ///
    /// # Safety
    ///
    /// The caller owns the node, which is in no line.
    #[inline]
    pub(super) unsafe fn retire(&self) -> Option<Waker> {
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(0, Ordering::Relaxed);
        self.entered.set(false);
        // SAFETY: the state said whether, and says so no more; a node that owns a waker has been
        // linked.
        (state & OWNS_WAKER != 0).then(|| unsafe { self.read_waker() })
    }

    /// # Safety
    ///
    /// The caller holds the queue's lock, or owns this node and it is not linked.
    #[inline]
    pub(super) unsafe fn note(&self) -> X {
        self.note.with(|note| {
            // SAFETY: the caller has exclusive use of the node's cells.
            unsafe { *note }
        })
    }

    /// # Safety
    ///
    /// As for [`note`](Self::note).
    #[inline]
    pub(super) unsafe fn set_note(&self, value: X) {
        self.note.with_mut(|note| {
            // SAFETY: the caller has exclusive use of the node's cells.
            unsafe { *note = value }
        });
    }

    /// Runs `access` on the links.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock and the node has been linked before.
    #[inline]
    unsafe fn with_links<R>(&self, access: impl FnOnce(&mut Links<X>) -> R) -> R {
        self.links.with_mut(|links| {
            // SAFETY: the lock's holder has exclusive use of the node's cells, and no `access` in
            // this file comes back here for the same node.
            let links = unsafe { &mut *links };
            // SAFETY: it was initialised when the node was first linked.
            access(unsafe { links.assume_init_mut() })
        })
    }

    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn next(&self) -> *const Self {
        // SAFETY: passed on.
        unsafe { self.with_links(|links| links.next) }
    }

    /// Takes the waker out, to be woken after the queue's lock is released. Its parts stay behind
    /// to say which task this was.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn take_waker(&self) -> Option<Waker> {
        // SAFETY: passed on.
        unsafe { self.tell(|tag| tag) }
    }

    /// Changes the tag and takes the waker out.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn tell(&self, tag: impl FnOnce(u16) -> u16) -> Option<Waker> {
        let state = self.state.load(Ordering::Relaxed);
        let tag = tag(state >> TAG_SHIFT);
        self.state.store(state & LINKED | tag << TAG_SHIFT, Ordering::Relaxed);
        if state & OWNS_WAKER == 0 {
            return None;
        }
        // SAFETY: passed on; the bit was set and has been cleared.
        Some(unsafe { self.read_waker() })
    }

    /// Says that the node, which is in no line now, was popped, and takes its waker out. This is the
    /// last touch of a node that is not the caller's: its owner may free it at once, which is why it
    /// comes by pointer. A reference would promise that it outlives the call.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links), and the node is alive.
    #[inline]
    pub(super) unsafe fn pop(node: *const Self) -> Option<Waker> {
        // SAFETY: passed on; not used after the store below.
        let node = unsafe { &*node };
        let state = node.state.load(Ordering::Relaxed);
        // SAFETY: passed on; the bit is set, and is cleared below before anybody else can look.
        let waker = (state & OWNS_WAKER != 0).then(|| unsafe { node.read_waker() });
        node.state.store(state & !(LINKED | OWNS_WAKER), Ordering::Release);
        waker
    }

    /// The waker from its parts.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links), and the caller clears `OWNS_WAKER`, which was set.
    #[inline]
    unsafe fn read_waker(&self) -> Waker {
        // SAFETY: passed on.
        let RawParts { data, vtable } = unsafe { self.with_links(|links| links.waker) };
        // SAFETY: the parts came from a waker given to `set_waker` or `start`, which forgot it, and
        // it comes back once, since the bit that says so was cleared.
        unsafe { Waker::new(data, vtable) }
    }

    /// Puts `waker` in and gives back the one that it replaces, to be dropped after the queue's
    /// lock is released.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn set_waker(&self, waker: Waker) -> Option<Waker> {
        // SAFETY: passed on.
        let old = unsafe { self.take_waker() };
        let parts = RawParts::of(&ManuallyDrop::new(waker));
        // SAFETY: passed on.
        unsafe { self.with_links(|links| links.waker = parts) };
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(state | OWNS_WAKER, Ordering::Relaxed);
        old
    }

    /// Whether the slot owns a waker, and waking it would wake what `waker` wakes.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn will_wake(&self, waker: &Waker) -> bool {
        // SAFETY: passed on.
        let mine = unsafe { self.with_links(|links| links.waker) };
        self.state.load(Ordering::Relaxed) & OWNS_WAKER != 0 && mine.will_wake(RawParts::of(waker))
    }

    /// Whether the last waker put in, taken out since or not, belongs to the task of `waker`.
    ///
    /// # Safety
    ///
    /// As for [`with_links`](Self::with_links).
    #[inline]
    pub(super) unsafe fn same_task(&self, waker: &Waker) -> bool {
        // SAFETY: passed on.
        let mine = unsafe { self.with_links(|links| links.waker) };
        mine.same_task(RawParts::of(waker))
    }

    /// Gives the node `waker` and says that it is linked, which the caller sees to next: what its
    /// links hold until then is nothing to go by.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock, the node is not linked and owns no waker; it is pinned,
    /// and its owner unlinks it before it goes away.
    #[inline]
    pub(super) unsafe fn start(&self, tag: u16, waker: Waker) {
        let waker = RawParts::of(&ManuallyDrop::new(waker));
        self.links.with_mut(|links| {
            // SAFETY: the lock's holder has exclusive use of the node's cells.
            unsafe { (*links).write(Links { next: ptr::null(), prev: ptr::null(), waker }) };
        });
        self.state.store(LINKED | OWNS_WAKER | tag << TAG_SHIFT, Ordering::Relaxed);
        self.entered.set(true);
    }
}

// === impl Ring ===

/// A ring by its head; null when nobody is in it.
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

    /// The two rings as one, `other` behind `self`.
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
        let tail = unsafe { at(self.0, |head| head.prev) };
        // SAFETY: as above.
        let last = unsafe { at(other.0, |second| mem::replace(&mut second.prev, tail)) };
        // SAFETY: as above.
        unsafe { at(self.0, |head| head.prev = last) };
        // SAFETY: as above.
        unsafe { at(tail, |tail| tail.next = other.0) };
        // SAFETY: as above.
        unsafe { at(last, |last| last.next = self.0) };
        self
    }

    /// Puts `node` before the head of a ring, which is at its end; into an empty one it goes
    /// alone.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock, `node` is alive and started, no other node points to it,
    /// and the ring is one of that queue.
    #[inline]
    pub(super) unsafe fn insert(node: *const Node<X>, ring: Self) {
        let (next, prev) = if ring.is_empty() {
            (node, node)
        } else {
            // SAFETY: the queue is locked; heads, and what nodes of a ring point to, are linked in
            // it (so for every block here).
            let tail = unsafe { at(ring.0, |head| mem::replace(&mut head.prev, node)) };
            // SAFETY: as above.
            unsafe { at(tail, |tail| tail.next = node) };
            (ring.0, tail)
        };
        // SAFETY: passed on.
        unsafe {
            at(node, |links| {
                links.next = next;
                links.prev = prev;
            });
        }
    }

    /// Takes `node` out of its ring and gives what is then the head, if `node` was. Leaves the
    /// node's own links as they were.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock and `node` is linked in one of its rings.
    #[inline]
    pub(super) unsafe fn unlink(node: *const Node<X>) -> Self {
        // SAFETY: the queue is locked and the node linked.
        let (next, prev) = unsafe { at(node, |links| (links.next, links.prev)) };
        if ptr::eq(next, node) {
            return Self::EMPTY;
        }
        // SAFETY: the neighbours of a linked node are linked.
        unsafe { at(next, |after| after.prev = prev) };
        // SAFETY: as above.
        unsafe { at(prev, |before| before.next = next) };
        Self(next)
    }
}

/// Runs `access` on the links of `node`.
///
/// # Safety
///
/// The caller holds the queue's lock and `node`, which is alive, has been linked.
#[inline]
unsafe fn at<X: Copy, R>(node: *const Node<X>, access: impl FnOnce(&mut Links<X>) -> R) -> R {
    // SAFETY: a linked node is alive.
    let node = unsafe { &*node };
    // SAFETY: the queue is locked, and a linked node's links are initialised.
    unsafe { node.with_links(access) }
}
