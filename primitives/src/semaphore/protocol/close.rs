//! Closing, for good.

use super::{Claim, Permits, ledger};
use crate::queue::{self, List, WaitQueue};

/// Closes the semaphore and wakes all who wait, in order. Those who were granted all they want have
/// their permits.
///
/// From the moment that the ledger says so the main list is of those who have been refused, and are
/// still to be woken: nobody queues there any more, and nobody in it has or gets a permit.
pub(in crate::semaphore) fn close(queue: &WaitQueue<Permits>) {
    let mut locked = queue.lock();
    if ledger::is_closed(&mut locked) {
        return;
    }
    let mut free = locked.count();
    locked.set_count(0);
    if let Some(first) = locked.front(List::Main) {
        let claim = first.payload();
        first.set_payload(Claim { missing: claim.wanted, ..claim });
        free += claim.wanted - claim.missing;
    }
    ledger::close(&mut locked, free);
    queue::drain(locked);
}
