//! Changing how many permits there are.

use super::ledger::owe;
use super::release::PendingRelease;
use super::{Claim, Permits};
use crate::queue::{List, Locked, WaitQueue};
use crate::sync::atomic::{AtomicUsize, Ordering};

/// Makes `limit` the number of permits, which `total` keeps.
///
/// Of two at a time the later begins with what the earlier has made: permits are taken away before
/// the internal lock is released. Those that are added may come after that, since what arrives late
/// pays what is owed by then.
pub(in crate::semaphore) fn resize(queue: &WaitQueue<Permits>, total: &AtomicUsize, limit: usize) {
    let mut locked = queue.lock();
    let before = total.swap(limit, Ordering::Relaxed);
    take_away(&mut locked, before.saturating_sub(limit));
    drop(locked);
    PendingRelease { queue, permits: limit.saturating_sub(before) }.run();
}

/// Takes permits away: those that are free, those that the first waiter has of what it wants, and the
/// rest from those who will release theirs.
fn take_away(locked: &mut Locked<'_, Permits>, n: usize) {
    let free = locked.count().min(n);
    locked.set_count(locked.count() - free);
    let mut rest = n - free;
    if let Some(first) = locked.front(List::Main) {
        let claim = first.payload();
        let part = rest.min(claim.wanted - claim.missing);
        first.set_payload(Claim { missing: claim.missing + part, ..claim });
        rest -= part;
    }
    owe(locked, rest);
}
