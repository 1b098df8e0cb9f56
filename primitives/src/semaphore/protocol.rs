//! The protocol of both semaphores.
//!
//! The word's count is the number of free permits. The main list holds those who wait, with what
//! each wants and misses; the first alone may hold a part of what it wants. The side list holds
//! those who have been granted all of it and have not collected it yet.
//!
//! ```text
//!            acquire: not enough free permits
//!                 │
//!                 ▼      taken over, or granted to one whose sibling passes them on
//!          ┌───────────┐ ◄──────────────────────────── ┌─────────┐
//!          │  Waiting  │                               │ Granted │ side list
//!          └───────────┘ ────────────────────────────► └─────────┘
//!             main list    release: all it misses,          │ polled
//!                 │        in FIFO order, and woken         ▼
//!                 │                                    has its permits
//!                 │ closed, and woken
//!                 ▼
//!             is refused
//! ```
//!
//! **Invariant**: while anybody waits there are no free permits: what there was is the first
//! waiter's. So a large request at the head of the queue is never overtaken by smaller ones.
//!
//! **Invariant**: the word's flag is set while the [`Ledger`] says anything, which the fast paths leave
//! to those that look there under the internal lock.

mod acquire;
mod close;
mod ledger;
mod release;
mod resize;

pub(super) use self::acquire::{poll_contended, poll_queued};
pub(super) use self::close::close;
use self::ledger::Ledger;
pub(super) use self::release::{cancel, release_permits};
pub(super) use self::resize::resize;
use crate::queue::{self, List, Protocol, WaitQueue, Word};

/// The [`Protocol`] of semaphores.
pub(crate) enum Permits {}

impl Protocol for Permits {
    type Payload = Claim;
    type Shared = Ledger;
    type SideLists = [queue::Head<Claim>; 1];
}

/// What a waiter wants.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claim {
    wanted: usize,
    /// How many of those it does not have yet.
    missing: usize,
}

/// The list of those who were granted all they want.
const GRANTED_LIST: List = List::Side(0);

// A waiter's tag: whether it was granted all it wants, or the rounds of take-over.
const WAITING: u16 = 0;
const GRANTED: u16 = 1;
const ROUNDS_SHIFT: u32 = 1;

crate::sync::const_fn! {
    pub(super) const fn new_queue(permits: usize) -> WaitQueue<Permits> {
        WaitQueue::new(Word::idle(false, permits), Ledger::new(), queue::side_lists())
    }
}

pub(super) fn waiters(queue: &WaitQueue<Permits>) -> usize {
    let mut locked = queue.lock();
    let mut waiters = 0;
    if !ledger::is_closed(&mut locked) {
        locked.for_each(List::Main, |_| waiters += 1);
    }
    waiters
}

pub(super) fn is_closed(queue: &WaitQueue<Permits>) -> bool {
    queue.word().flag() && ledger::is_closed(&mut queue.lock())
}

/// Forgets up to `n` free permits of a closed semaphore. Returns how many.
#[cold]
pub(super) fn forget_of_closed(queue: &WaitQueue<Permits>, n: usize) -> usize {
    let mut locked = queue.lock();
    let forgotten = ledger::free_of_closed(&mut locked).min(n);
    ledger::owe(&mut locked, forgotten);
    forgotten
}

/// How many permits are free, where the word's flag says that the word need not know.
#[cold]
pub(super) fn free_by_ledger(queue: &WaitQueue<Permits>) -> usize {
    let mut locked = queue.lock();
    locked.count() + ledger::free_of_closed(&mut locked)
}
