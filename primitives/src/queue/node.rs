//! One waiter's node.
//!
//! # Who has a node
//!
//! Everything here is `unsafe` for one reason, which each caller in [`super`] upholds. A node's
//! cells, its links and its payload, are touched only by whoever **has** the node:
//!
//! - the thread that holds the internal lock of the queue that the node's waiter belongs to, or
//! - the node's owner, the future that it lives in, while the node is not linked.
//!
//! A linked node is alive: it is pinned, and its owner unlinks it before it goes away.
//!
//! # States
//!
//! ```text
//!              start: the owner, under the lock
//!    ┌──────┐ ─────────────────────────────────► ┌────────┐
//!    │ Idle │                                    │ Linked │
//!    └──────┘ ◄───────────────────────────────── └────────┘
//!        ▲     retire, set_idle: the owner            │ pop: somebody else, under the lock;
//!        │                                            ▼      its last touch of the node
//!        │                                       ┌────────┐
//!        └─────────────────────────────────────  │ Popped │
//!              retire, set_idle: the owner       └────────┘
//! ```

use core::cell::Cell;
use core::marker::PhantomPinned;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr;
use core::task::{RawWakerVTable, Waker};

use crate::sync::UnsafeCell;
use crate::sync::atomic::{AtomicU16, Ordering};

/// Where a node stands, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Never queued, or taken out by its owner: nobody else knows of the node.
    Idle,
    /// In a list: all but the state belongs to the holder of the queue's lock. May become `Popped`
    /// at any moment.
    Linked,
    /// Taken out by somebody else, who does not touch it again: the owner has it.
    Popped,
}

// The state: whether the node is linked, whether it owns a waker, and above them the tag, which is
// the primitive's.
const LINKED: u16 = 0b01;
const OWNS_WAKER: u16 = 0b10;
const TAG_SHIFT: u32 = 2;

/// The largest tag.
pub(super) const MAX_TAG: u16 = u16::MAX >> TAG_SHIFT;

/// A waiter's place in a list. Aligned so that the queue's word has three bits to spare beside its
/// address.
#[repr(align(8))]
pub(super) struct Node<X> {
    links: UnsafeCell<MaybeUninit<Links<X>>>,
    payload: UnsafeCell<X>,
    /// Written by whoever has the node. The owner may read it at any time: seeing with `Acquire`
    /// that `LINKED` is clear means that everything before the pop is visible and the node its own
    /// again.
    state: AtomicU16,
    /// Whether the node was started and not retired since. The owner's alone and no atomic, so that
    /// the compiler sees through it: a future that never queues pays nothing for its node.
    started: Cell<bool>,
    /// Others point here while the node is linked.
    _pinned: PhantomPinned,
}

/// Initialised by [`Node::start`], and meaningful from then on.
pub(super) struct Links<X> {
    pub(super) next: *const Node<X>,
    pub(super) prev: *const Node<X>,
    waker: RawParts,
}

/// The parts of a waker. They stay behind when the waker is taken out to be woken, and go on naming
/// the task that the waiter was last polled by.
#[derive(Clone, Copy)]
struct RawParts {
    data: *const (),
    vtable: &'static RawWakerVTable,
}

impl RawParts {
    fn of(waker: &Waker) -> Self {
        Self { data: waker.data(), vtable: waker.vtable() }
    }

    /// As [`Waker::will_wake`]: may be wrong in saying no.
    fn will_wake(self, other: Self) -> bool {
        ptr::eq(self.data, other.data) && ptr::eq(self.vtable, other.vtable)
    }

    /// Whether both belong to one task. The data decides: a vtable may exist in several copies, and
    /// a clone's may differ from its original's. A waker without data, such as [`Waker::noop`],
    /// names no task.
    fn same_task(self, other: Self) -> bool {
        !self.data.is_null() && ptr::eq(self.data, other.data)
    }
}

// === what the owner may do at any time ===

impl<X: Copy> Node<X> {
    crate::sync::const_fn! {
        pub(super) const fn new(payload: X) -> Self {
            Self {
                links: UnsafeCell::new(MaybeUninit::uninit()),
                payload: UnsafeCell::new(payload),
                state: AtomicU16::new(0),
                started: Cell::new(false),
                _pinned: PhantomPinned,
            }
        }
    }

    #[inline]
    pub(super) fn link(&self, order: Ordering) -> Link {
        if !self.started.get() {
            Link::Idle
        } else if self.is_linked(order) {
            Link::Linked
        } else {
            Link::Popped
        }
    }

    #[inline]
    pub(super) fn is_linked(&self, order: Ordering) -> bool {
        self.state.load(order) & LINKED != 0
    }

    #[inline]
    pub(super) fn tag(&self) -> u16 {
        self.state.load(Ordering::Relaxed) >> TAG_SHIFT
    }

    /// Whether the node is linked, its waker was taken, and its tag has `tag` in the bits of `mask`.
    #[inline]
    pub(super) fn is_told(&self, mask: u16, tag: u16) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        state & (mask << TAG_SHIFT | OWNS_WAKER | LINKED) == tag << TAG_SHIFT | LINKED
    }
}

// === what takes having the node ===

impl<X: Copy> Node<X> {
    /// # Safety
    ///
    /// The caller has the node.
    #[inline]
    pub(super) unsafe fn set_tag(&self, tag: u16) {
        let rest = self.state.load(Ordering::Relaxed) & (LINKED | OWNS_WAKER);
        self.state.store(rest | tag << TAG_SHIFT, Ordering::Relaxed);
    }

    /// # Safety
    ///
    /// The caller has the node.
    #[inline]
    pub(super) unsafe fn payload(&self) -> X {
        self.payload.with(|payload| {
            // SAFETY: whoever has the node has its cells alone.
            unsafe { *payload }
        })
    }

    /// # Safety
    ///
    /// The caller has the node.
    #[inline]
    pub(super) unsafe fn set_payload(&self, value: X) {
        self.payload.with_mut(|payload| {
            // SAFETY: whoever has the node has its cells alone.
            unsafe { *payload = value }
        });
    }

    /// Runs `access` on the links.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started; `access` does not come back here for the same
    /// node.
    #[inline]
    pub(super) unsafe fn with_links<R>(&self, access: impl FnOnce(&mut Links<X>) -> R) -> R {
        self.links.with_mut(|links| {
            // SAFETY: whoever has the node has its cells alone, and `access` does not make a
            // second reference.
            let links = unsafe { &mut *links };
            // SAFETY: `start` initialised it.
            access(unsafe { links.assume_init_mut() })
        })
    }

    /// Marks the node as linked and gives it a waker. The caller links it next: until then its
    /// links point nowhere.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock. The node is pinned, not linked, and owns no waker.
    #[inline]
    pub(super) unsafe fn start(&self, tag: u16, waker: Waker) {
        let waker = RawParts::of(&ManuallyDrop::new(waker));
        self.links.with_mut(|links| {
            // SAFETY: the lock's holder has the node, so its cells are the caller's alone.
            unsafe { (*links).write(Links { next: ptr::null(), prev: ptr::null(), waker }) };
        });
        self.state.store(LINKED | OWNS_WAKER | tag << TAG_SHIFT, Ordering::Relaxed);
        self.started.set(true);
    }

    /// Marks a node that is in no list, and owns no waker, as idle.
    ///
    /// # Safety
    ///
    /// The caller is the owner and has the node, which is in no list: a linked one that is idle by
    /// its state would be freed without being unlinked.
    #[inline]
    pub(super) unsafe fn set_idle(&self) {
        debug_assert!(self.state.load(Ordering::Relaxed) & OWNS_WAKER == 0, "it owns a waker");
        self.state.store(0, Ordering::Relaxed);
        self.started.set(false);
    }

    /// Marks a node that is in no list as idle. Returns its waker, if it owns one, to be dropped
    /// once the queue is unlocked.
    ///
    /// # Safety
    ///
    /// As for [`set_idle`](Self::set_idle).
    #[inline]
    pub(super) unsafe fn retire(&self) -> Option<Waker> {
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(0, Ordering::Relaxed);
        self.started.set(false);
        // SAFETY: the caller has the node. `OWNS_WAKER` was set, which takes a start, and the store
        // has cleared it.
        (state & OWNS_WAKER != 0).then(|| unsafe { self.read_waker() })
    }

    /// Marks the node as popped. Returns its waker, to be woken once the queue is unlocked.
    ///
    /// This is the last touch of a node that is not the caller's: its owner may free it as soon as
    /// it sees the state. So it comes by pointer; a reference would promise that the node outlives
    /// the call.
    ///
    /// # Safety
    ///
    /// The caller holds the queue's lock and has just unlinked the node, which is alive and started.
    #[inline]
    pub(super) unsafe fn pop(node: *const Self) -> Option<Waker> {
        // SAFETY: it is alive until the store below, and not used after.
        let node = unsafe { &*node };
        let state = node.state.load(Ordering::Relaxed);
        // SAFETY: the caller holds the lock, so it has the node, which was started. `OWNS_WAKER` is
        // set, and the store clears it before anybody else has the node.
        let waker = (state & OWNS_WAKER != 0).then(|| unsafe { node.read_waker() });
        node.state.store(state & !(LINKED | OWNS_WAKER), Ordering::Release);
        waker
    }

    /// Changes the tag. Returns the waker, to be woken once the queue is unlocked; its parts stay
    /// behind.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started.
    #[inline]
    pub(super) unsafe fn tell(&self, tag: impl FnOnce(u16) -> u16) -> Option<Waker> {
        let state = self.state.load(Ordering::Relaxed);
        let tag = tag(state >> TAG_SHIFT);
        self.state.store(state & LINKED | tag << TAG_SHIFT, Ordering::Relaxed);
        if state & OWNS_WAKER == 0 {
            return None;
        }
        // SAFETY: the caller has the node, which was started. `OWNS_WAKER` was set, and the store
        // has cleared it.
        Some(unsafe { self.read_waker() })
    }

    /// Reassembles the waker.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started, and takes the waker that `OWNS_WAKER` stood for:
    /// the bit was set and is cleared before anybody else has the node.
    #[inline]
    unsafe fn read_waker(&self) -> Waker {
        // SAFETY: the caller has the node, which was started.
        let RawParts { data, vtable } = unsafe { self.with_links(|links| links.waker) };
        // SAFETY: the parts are those of a waker that `start` or `set_waker` forgot, and the bit
        // says that it was not reassembled since.
        unsafe { Waker::new(data, vtable) }
    }

    /// Replaces the waker. Returns the previous one, to be dropped once the queue is unlocked.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started.
    #[inline]
    pub(super) unsafe fn set_waker(&self, waker: Waker) -> Option<Waker> {
        // SAFETY: the caller has the node, which was started.
        let previous = unsafe { self.tell(|tag| tag) };
        let parts = RawParts::of(&ManuallyDrop::new(waker));
        // SAFETY: as above.
        unsafe { self.with_links(|links| links.waker = parts) };
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(state | OWNS_WAKER, Ordering::Relaxed);
        previous
    }

    /// Whether the node owns a waker that wakes what `waker` wakes. May be wrong in saying no.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started.
    #[inline]
    pub(super) unsafe fn will_wake(&self, waker: &Waker) -> bool {
        // SAFETY: the caller has the node, which was started.
        let mine = unsafe { self.with_links(|links| links.waker) };
        self.state.load(Ordering::Relaxed) & OWNS_WAKER != 0 && mine.will_wake(RawParts::of(waker))
    }

    /// Whether the last waker put in, taken out since or not, belongs to the task of `waker`.
    ///
    /// # Safety
    ///
    /// The caller has the node, which was started.
    #[inline]
    pub(super) unsafe fn same_task(&self, waker: &Waker) -> bool {
        // SAFETY: the caller has the node, which was started.
        let mine = unsafe { self.with_links(|links| links.waker) };
        mine.same_task(RawParts::of(waker))
    }
}
