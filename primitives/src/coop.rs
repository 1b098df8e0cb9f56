//! tokio's cooperative budget, or none.
//!
//! A task that takes one free lock after another never suspends, and its runtime would never get
//! to run another: no time limit fires, no abort ends it. So a future that is ready without having
//! waited costs a unit of the task's budget, and a task that has spent it is made to yield. The unit
//! is asked for before anything is taken, so that no yield keeps a grant.

use core::task::{Context, Poll};

#[cfg(feature = "tokio")]
pub(crate) use tokio::task::coop::{RestoreOnPending as Unit, poll_proceed};

#[cfg(not(feature = "tokio"))]
pub(crate) use self::unlimited::{Unit, poll_proceed};

/// Spends a unit on what is ready at its first poll, whatever comes of it.
pub(crate) fn poll_spend(cx: &mut Context<'_>) -> Poll<()> {
    poll_proceed(cx).map(|unit| unit.made_progress())
}

/// Returns a unit that nothing was done with. Out of line, as it is rare.
#[cold]
pub(crate) fn give_back(_unit: Unit) {}

#[cfg(not(feature = "tokio"))]
mod unlimited {
    use super::{Context, Poll};

    /// What tokio returns if nothing was done with it.
    pub(crate) struct Unit;

    impl Unit {
        #[expect(clippy::unused_self, reason = "as tokio has it")]
        pub(crate) fn made_progress(&self) {}
    }

    pub(crate) fn poll_proceed(_cx: &mut Context<'_>) -> Poll<Unit> {
        Poll::Ready(Unit)
    }
}
