//! Take-over: a task never waits for a grant that only itself could collect.
//!
//! A grant (the lock, all the permits that were asked for) belongs to a waiter, and is collected
//! when its future is polled. A *futurelock* (Oxide RFD 609) is a future that was granted something
//! and that its task neither polls nor drops, while the same task waits for that very thing in
//! another future: `select!` over a future by reference makes one easily. Nobody else can resolve
//! it.
//!
//! So a waiter that is polled looks whether a grant of its own task is uncollected. If it still is
//! after [`ROUNDS`] rounds of the task, the waiter takes the grant over, and the future that it
//! belonged to waits on in the waiter's place. Two futures of one task have changed places, and
//! nobody of another task was overtaken. All else in the protocols is plain FIFO hand-off.
//!
//! One task is told from another by its wakers, see [`Entry::same_task`](super::Entry::same_task).

/// How many rounds of its task a future gets to collect its grant. One is not enough, since the
/// waiter may be polled first; nor are two, since `join!` changes the order between rounds.
const ROUNDS: u16 = 2;

/// How many polls in a row have found an uncollected grant of the task: kept in a waiter's tag.
#[derive(Clone, Copy)]
pub(crate) struct Rounds(u16);

/// What a waiter does about an uncollected grant of its task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There is none: wait.
    Wait,
    /// Wait, and wake the task once more: the other future gets that round to collect its grant.
    WaitARound,
    /// It had its rounds.
    TakeOver,
}

impl Rounds {
    pub(crate) const NONE: Self = Self(0);

    /// The rounds in the bits of a tag from `shift` on.
    #[inline]
    pub(crate) const fn of_tag(tag: u16, shift: u32) -> Self {
        Self(tag >> shift)
    }

    #[inline]
    pub(crate) const fn to_tag(self, shift: u32) -> u16 {
        self.0 << shift
    }

    /// Whether the next poll that finds a grant takes it over.
    #[inline]
    pub(crate) const fn are_over(self) -> bool {
        self.0 >= ROUNDS
    }

    /// Counts a poll that has, or has not, found an uncollected grant of its task.
    #[inline]
    pub(crate) const fn after(self, found: bool) -> (Self, Verdict) {
        match found {
            false => (Self::NONE, Verdict::Wait),
            true if self.are_over() => (Self::NONE, Verdict::TakeOver),
            true => (Self(self.0 + 1), Verdict::WaitARound),
        }
    }
}
