//! The state word of a wait queue.
//!
//! ```text
//! | bits 3..                                      | bit 2 | bit 1  | bit 0  |
//! | QUEUED: the address of the main list's head   | FLAG  | QUEUED | LOCKED |
//! | otherwise: the primitive's count              |       |        |        |
//! ```

/// The internal lock is held.
pub(super) const LOCKED: usize = 0b001;
/// Somebody is in the main list, and the upper bits are the address of its head.
pub(super) const QUEUED: usize = 0b010;
/// The primitive's own: the lock is held, the event is set, the barrier is broken.
const FLAG: usize = 0b100;
const COUNT_SHIFT: u32 = 3;

/// A snapshot of the state word: the primitive's flag and, while nobody waits, its count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(pub(super) usize);

impl Word {
    /// The largest count that a word can hold.
    pub(crate) const MAX_COUNT: usize = usize::MAX >> COUNT_SHIFT;

    /// The word of a queue in which nobody waits.
    #[inline]
    pub(crate) const fn idle(flag: bool, count: usize) -> Self {
        Self(count << COUNT_SHIFT | if flag { FLAG } else { 0 })
    }

    #[inline]
    pub(crate) const fn flag(self) -> bool {
        self.0 & FLAG != 0
    }

    #[inline]
    pub(crate) const fn with_flag(self, flag: bool) -> Self {
        Self(if flag { self.0 | FLAG } else { self.0 & !FLAG })
    }

    /// The count; zero while anybody waits.
    #[inline]
    pub(crate) const fn count(self) -> usize {
        if self.has_waiters() { 0 } else { self.0 >> COUNT_SHIFT }
    }

    /// Whether anybody is in the main list.
    #[inline]
    pub(crate) const fn has_waiters(self) -> bool {
        self.0 & QUEUED != 0
    }

    /// Whether the fast paths may exchange this word: no internal lock, no waiters.
    #[inline]
    pub(super) const fn is_idle(self) -> bool {
        self.0 & (LOCKED | QUEUED) == 0
    }

    /// The address of the main list's head, or zero.
    #[inline]
    pub(super) const fn head(self) -> usize {
        if self.has_waiters() { self.0 & !(LOCKED | QUEUED | FLAG) } else { 0 }
    }

    /// The same flag with a main list that begins at `head`, or with a count of zero if there is
    /// none.
    #[inline]
    pub(super) const fn with_head(self, head: usize) -> Self {
        Self(self.0 & FLAG | if head == 0 { 0 } else { head | QUEUED })
    }

    /// Whether the node at this address is the head of the main list.
    #[inline]
    pub(super) const fn is_headed_by(self, address: usize) -> bool {
        (self.0 ^ address) & !(LOCKED | FLAG) == QUEUED
    }
}
