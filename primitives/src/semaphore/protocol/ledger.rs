//! What a semaphore's word has no room for.

use super::Permits;
use crate::queue::Locked;

/// What a semaphore owes and whether it is closed, kept under the internal lock.
///
/// ```text
///    open, nothing owed: the word counts the free permits, and its flag is clear
///    open, owing:        no permit is free, and nobody who waits has a part of what it wants
///    closed:             the word counts nothing; the balance is what is free, or owed if negative
/// ```
///
/// A closed semaphore stays closed.
#[derive(Debug)]
pub(crate) struct Ledger(isize);

/// The lowest bit. The balance is above it: of `MAX_PERMITS` at most, so there is room.
const CLOSED: isize = 1;
const BALANCE_SHIFT: u32 = 1;

impl Ledger {
    pub(super) const fn new() -> Self {
        Self(0)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0 & CLOSED != 0
    }

    fn balance(&self) -> isize {
        self.0 >> BALANCE_SHIFT
    }

    fn set_balance(&mut self, balance: isize) {
        self.0 = balance << BALANCE_SHIFT | self.0 & CLOSED;
    }
}

#[inline]
pub(super) fn is_closed(locked: &mut Locked<'_, Permits>) -> bool {
    locked.flag() && locked.shared().is_closed()
}

/// How many permits of a closed semaphore are free.
pub(super) fn free_of_closed(locked: &mut Locked<'_, Permits>) -> usize {
    let ledger = locked.shared();
    usize::try_from(ledger.balance()).unwrap_or(0)
}

/// Closes the semaphore, which has `free` permits that the word does not count.
pub(super) fn close(locked: &mut Locked<'_, Permits>, free: usize) {
    change(locked, |ledger| {
        ledger.set_balance(ledger.balance().saturating_add_unsigned(free));
        ledger.0 |= CLOSED;
    });
}

/// Makes the semaphore owe `n` permits more. The word counts none, and nobody has a part.
pub(super) fn owe(locked: &mut Locked<'_, Permits>, n: usize) {
    change(locked, |ledger| ledger.set_balance(ledger.balance().saturating_sub_unsigned(n)));
}

/// Pays what is owed out of `permits` that came back; a closed semaphore keeps all of them. Returns
/// those that are left.
#[inline]
pub(super) fn pay(locked: &mut Locked<'_, Permits>, permits: usize) -> usize {
    if !locked.flag() {
        return permits;
    }
    change(locked, |ledger| {
        let balance = ledger.balance();
        let kept = if ledger.is_closed() { permits } else { permits.min(balance.unsigned_abs()) };
        ledger.set_balance(balance.saturating_add_unsigned(kept));
        permits - kept
    })
}

fn change<R>(locked: &mut Locked<'_, Permits>, change: impl FnOnce(&mut Ledger) -> R) -> R {
    let ledger = locked.shared();
    let outcome = change(ledger);
    let says_anything = ledger.0 != 0;
    locked.set_flag(says_anything);
    outcome
}
