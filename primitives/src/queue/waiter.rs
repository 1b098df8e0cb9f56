//! A waiter: its place in a queue, and what its owner may do with it.

use core::ops::Deref;
use core::pin::Pin;
use core::ptr;
use core::task::Waker;

use super::locked::{Entry, List, Locked};
use super::node::{Link, Node};
use super::ring::Ring;
use super::{Protocol, WaitQueue};
use crate::sync::atomic::Ordering;

/// A primitive with a wait queue, and how a waiter holds on to it.
///
/// # Safety
///
/// `queue` returns the same queue, at the same address, until the handle is dropped or changed.
pub(crate) unsafe trait Handle {
    type Protocol: Protocol;

    fn queue(&self) -> &WaitQueue<Self::Protocol>;
}

/// Implements [`Handle`] for a reference to a primitive of which the queue is a field.
macro_rules! queue_is_field {
    ([$($generics:tt)*] $primitive:ty: $protocol:ty = $($field:ident).+) => {
        #[expect(unsafe_code, reason = "the handle's promise, which a field keeps")]
        // SAFETY: a field of what the reference borrows: it stays where it is.
        unsafe impl<$($generics)*> $crate::queue::Handle for &$primitive {
            type Protocol = $protocol;

            #[inline]
            fn queue(&self) -> &$crate::queue::WaitQueue<$protocol> {
                &self.$($field).+
            }
        }
    };
}

pub(crate) use queue_is_field;

/// A future's place in a queue. Dropping it takes it out.
///
/// `X` is the payload. It is a parameter of its own because the projection from `H` would make the
/// waiter, and every future, invariant in the lifetime of what it borrows.
pub(crate) struct Waiter<H, X: Copy>
where
    H: Handle<Protocol: Protocol<Payload = X>>,
{
    handle: H,
    node: Node<X>,
}

// SAFETY: a waiter is moved only while nobody else knows of its node, and the node's parts, payload
// and waker, may go to another thread. What the handle refers to is reached from there.
unsafe impl<H, X: Copy + Send> Send for Waiter<H, X> where
    H: Handle<Protocol: Protocol<Payload = X>> + Send
{
}
// SAFETY: through a shared reference only the handle is reached, and of the node the state, which
// is atomic, and `started`, which is written through a pinned exclusive reference alone.
unsafe impl<H, X: Copy + Send> Sync for Waiter<H, X> where
    H: Handle<Protocol: Protocol<Payload = X>> + Sync
{
}

/// A pinned [`Waiter`] as its protocol sees it: a queue and a node of it, without the primitive.
pub(crate) struct Seat<'w, P: Protocol> {
    queue: &'w WaitQueue<P>,
    /// Borrowed from the pinned waiter exclusively: while the node is not linked this seat has it.
    node: &'w Node<P::Payload>,
}

/// A [`Seat`] whose queue is locked.
pub(crate) struct LockedSeat<'s, P: Protocol> {
    locked: Locked<'s, P>,
    node: &'s Node<P::Payload>,
}

// === impl Waiter ===

impl<H, X: Copy> Waiter<H, X>
where
    H: Handle<Protocol: Protocol<Payload = X>>,
{
    #[inline]
    pub(crate) fn new(handle: H, payload: X) -> Self {
        Self { handle, node: Node::new(payload) }
    }

    #[inline]
    pub(crate) fn handle(&self) -> &H {
        &self.handle
    }

    /// Whether the waiter was ever queued and has not been told so since: a future that was not
    /// polled, or was ready at once, has nothing to clean up.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.node.link(Ordering::Relaxed) == Link::Idle
    }

    #[inline]
    pub(crate) fn seat(self: Pin<&mut Self>) -> Seat<'_, H::Protocol> {
        let this = self.into_ref().get_ref();
        Seat { queue: this.handle.queue(), node: &this.node }
    }

    /// The handle of a waiter that is in no list, to be changed: it may queue elsewhere from then on.
    ///
    /// # Panics
    ///
    /// Panics if the waiter was queued and has not been told otherwise.
    #[cfg(feature = "std")]
    pub(crate) fn handle_mut(self: Pin<&mut Self>) -> &mut H {
        assert!(self.is_idle(), "the handle of a waiter in a list");
        // SAFETY: nothing is moved but the handle, which is not pinned: the node alone is.
        let this = unsafe { self.get_unchecked_mut() };
        &mut this.handle
    }
}

impl<H, X: Copy> Drop for Waiter<H, X>
where
    H: Handle<Protocol: Protocol<Payload = X>>,
{
    #[inline]
    fn drop(&mut self) {
        // The protocol has cleaned up in its own way. This makes sure of what the nodes' proofs
        // rest on, whatever it did.
        if self.node.link(Ordering::Acquire) == Link::Linked {
            remove(LockedSeat { locked: self.handle.queue().lock(), node: &self.node });
        }
    }
}

#[cold]
fn remove<P: Protocol>(mut me: LockedSeat<'_, P>) {
    let waker = me.remove();
    drop(me);
    drop(waker);
}

// === impl Seat ===

impl<'w, P: Protocol> Seat<'w, P> {
    #[inline]
    pub(crate) fn queue(&self) -> &'w WaitQueue<P> {
        self.queue
    }

    /// Where the waiter stands. `Linked` may become `Popped` at any moment, nothing else changes.
    #[inline]
    pub(crate) fn link(&self) -> Link {
        self.node.link(Ordering::Acquire)
    }

    /// Whether the waiter is in a list, of one that was queued.
    #[inline]
    pub(crate) fn is_linked(&self) -> bool {
        self.node.is_linked(Ordering::Acquire)
    }

    /// The tag. It may change at any moment while the waiter is linked.
    #[inline]
    pub(crate) fn tag(&self) -> u16 {
        self.node.tag()
    }

    /// The payload, unless the waiter is linked: it belongs to the queue then.
    #[inline]
    pub(crate) fn payload(&mut self) -> Option<P::Payload> {
        // SAFETY: not linked, so this seat has the node.
        (self.link() != Link::Linked).then(|| unsafe { self.node.payload() })
    }

    /// Turns a popped waiter into an idle one: its owner has seen what it was told.
    #[inline]
    pub(crate) fn acknowledge(&mut self) {
        if self.link() == Link::Popped {
            // SAFETY: popped, so in no list, and this seat has the node.
            unsafe { self.node.set_idle() };
        }
    }

    #[inline]
    pub(crate) fn lock(&mut self) -> LockedSeat<'w, P> {
        LockedSeat { locked: self.queue.lock(), node: self.node }
    }

    /// The seat with the lock of its queue, which this thread has already.
    pub(super) fn with_lock_of(&mut self, locked: Locked<'w, P>) -> LockedSeat<'w, P> {
        assert!(ptr::eq(self.queue, locked.queue), "the lock of another queue");
        LockedSeat { locked, node: self.node }
    }

    /// Takes the internal lock unless another thread has it.
    #[inline]
    pub(crate) fn try_lock(&mut self) -> Option<LockedSeat<'w, P>> {
        let node = self.node;
        self.queue.try_lock().map(|locked| LockedSeat { locked, node })
    }
}

// === impl LockedSeat ===

impl<'s, P: Protocol> LockedSeat<'s, P> {
    /// Lets go of the seat and keeps the queue locked.
    #[inline]
    pub(crate) fn into_locked(self) -> Locked<'s, P> {
        self.locked
    }

    #[inline]
    pub(crate) fn set_flag(&mut self, flag: bool) {
        self.locked.set_flag(flag);
    }

    #[inline]
    pub(crate) fn set_count(&mut self, count: usize) {
        self.locked.set_count(count);
    }

    #[inline]
    pub(crate) fn shared(&mut self) -> &mut P::Shared {
        self.locked.shared()
    }

    #[inline]
    pub(crate) fn link(&self) -> Link {
        self.node.link(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn tag(&self) -> u16 {
        self.node.tag()
    }

    #[inline]
    pub(crate) fn payload(&self) -> P::Payload {
        // SAFETY: the queue is locked.
        unsafe { self.node.payload() }
    }

    #[inline]
    pub(crate) fn set_payload(&mut self, payload: P::Payload) {
        // SAFETY: the queue is locked.
        unsafe { self.node.set_payload(payload) };
    }

    /// This waiter as others see it, if it is in a list.
    #[inline]
    pub(crate) fn entry(&self) -> Option<Entry<'_, P>> {
        self.node.is_linked(Ordering::Relaxed).then_some(Entry(self.node))
    }

    /// Queues at the end of a list.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in a list already.
    #[inline]
    pub(crate) fn enqueue(&mut self, list: List, tag: u16, waker: Waker) {
        self.start(tag, waker);
        // SAFETY: the node was just started, and is in no list.
        unsafe { self.locked.link(list, self.node) };
    }

    /// Queues behind those at the front of the list who go first, all of them before anybody
    /// who does not. Where both groups are larger than [`REACH`] it queues behind the first of those.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in a list already.
    pub(crate) fn enqueue_behind(
        &mut self,
        list: List,
        tag: u16,
        waker: Waker,
        goes_first: impl Fn(Entry<'_, P>) -> bool,
    ) {
        self.start(tag, waker);
        let Some(at) = first_behind(&self.locked, list, goes_first) else {
            // SAFETY: the node was just started, and is in no list.
            return unsafe { self.locked.link(list, self.node) };
        };
        // SAFETY: the queue is locked, the node started and in no list. From `at` on the list is a
        // ring as well, whose end is before `at`.
        unsafe { Ring(at).insert_before_head(self.node) };
        if ptr::eq(self.locked.ring(list).0, at) {
            // SAFETY: its nodes are linked in this list.
            unsafe { self.locked.set_ring(list, Ring(self.node)) };
        }
    }

    /// Moves the first for whom `pick` returns true from `list` to right behind this waiter.
    ///
    /// # Panics
    ///
    /// Panics if the waiter is in no list.
    pub(crate) fn move_behind_self(
        &mut self,
        list: List,
        pick: impl FnMut(Entry<'_, P>) -> bool,
    ) -> Option<Entry<'_, P>> {
        assert!(self.node.is_linked(Ordering::Relaxed), "nobody is behind a waiter in no list");
        let node = ptr::from_ref(self.locked.find(list, pick)?.0);
        if !ptr::eq(node, self.node) {
            // SAFETY: it was found in a list of this queue.
            unsafe { self.locked.unlink(node) };
            let next = Entry::<P>(self.node).next();
            // SAFETY: the queue is locked, `node` started and in no list. From `next` on this
            // waiter's list is a ring as well, whose end is this waiter.
            unsafe { Ring(ptr::from_ref(next.0)).insert_before_head(node) };
        }
        // SAFETY: it is linked, so alive while the queue is locked, which `self` is borrowed for.
        Some(Entry(unsafe { &*node }))
    }

    /// Leaves the list if the waiter was told `tag` in the bits of `mask`, and its waker taken then.
    #[inline]
    pub(crate) fn remove_if_told(&mut self, mask: u16, tag: u16) -> bool {
        let is_told = self.node.is_told(mask, tag);
        if is_told {
            // SAFETY: one that was told is linked, and a seat is of a waiter of its queue.
            unsafe { self.locked.unlink(self.node) };
            // SAFETY: it is in no list now, and the seat's owner has it.
            unsafe { self.node.set_idle() };
        }
        is_told
    }

    /// Leaves the list, if in one, and becomes idle. Returns the waker, to be dropped once the queue
    /// is unlocked.
    #[inline]
    #[must_use = "a waker is dropped once the queue is unlocked"]
    pub(crate) fn remove(&mut self) -> Option<Waker> {
        if self.node.is_linked(Ordering::Relaxed) {
            // SAFETY: linked, and a seat is of a waiter of its queue.
            unsafe { self.locked.unlink(self.node) };
        }
        // SAFETY: it is in no list now, and the seat's owner has it.
        unsafe { self.node.retire() }
    }

    #[inline]
    fn start(&mut self, tag: u16, waker: Waker) {
        assert!(!self.node.is_linked(Ordering::Relaxed), "a waiter can't queue twice");
        // SAFETY: the queue is locked and the node not linked; it owns no waker, since whoever
        // unlinks takes it. It is pinned: a seat is made of a pinned waiter, whose drop unlinks.
        unsafe { self.node.start(tag, waker) };
    }
}

/// How far a waiter looks for its place, from either end of the list. A bound keeps queueing O(1).
const REACH: usize = 64;

/// The first in the list who does not go first, looked for from both ends; none if all do.
/// Or, if that is farther away than [`REACH`], one of those who go first.
fn first_behind<P: Protocol>(
    locked: &Locked<'_, P>,
    list: List,
    goes_first: impl Fn(Entry<'_, P>) -> bool,
) -> Option<*const Node<P::Payload>> {
    let head = locked.front(list)?;
    let (mut from_front, mut from_back) = (head, head.prev());
    for _ in 0..REACH {
        if !goes_first(from_front) {
            break;
        }
        if goes_first(from_back) {
            let behind = from_back.next();
            return (!ptr::eq(behind.0, head.0)).then_some(ptr::from_ref(behind.0));
        }
        (from_front, from_back) = (from_front.next(), from_back.prev());
    }
    Some(ptr::from_ref(from_front.0))
}

impl<'s, P: Protocol> Deref for LockedSeat<'s, P> {
    type Target = Locked<'s, P>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.locked
    }
}
