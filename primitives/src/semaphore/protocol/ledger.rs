//! What a semaphore's word has no room for.

use super::Permits;
use crate::queue::Locked;

/// What a semaphore owes, kept under the internal lock.
///
/// **Invariant**: while anything is owed no permit is free, and nobody who waits has a part of what
/// it wants.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// How many permits there are too many: those that come back pay for them first.
    owed: usize,
}

impl Ledger {
    pub(super) const fn new() -> Self {
        Self { owed: 0 }
    }
}

/// Makes the semaphore owe `n` permits more. None is free, and nobody has a part.
pub(super) fn owe(locked: &mut Locked<'_, Permits>, n: usize) {
    change(locked, |ledger| ledger.owed += n);
}

/// Pays what is owed out of `permits` that came back. Returns those that are left.
#[inline]
pub(super) fn pay(locked: &mut Locked<'_, Permits>, permits: usize) -> usize {
    if !locked.flag() {
        return permits;
    }
    change(locked, |ledger| {
        let paid = ledger.owed.min(permits);
        ledger.owed -= paid;
        permits - paid
    })
}

fn change<R>(locked: &mut Locked<'_, Permits>, change: impl FnOnce(&mut Ledger) -> R) -> R {
    let ledger = locked.shared();
    let outcome = change(ledger);
    let says_anything = ledger.owed > 0;
    locked.set_flag(says_anything);
    outcome
}
