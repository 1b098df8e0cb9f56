//! The index: merges the counts of all workers.

use std::mem;

use underlock::{Lock, guarded, sync_block};

use super::blocking;
use super::counts::Counts;
use super::files::Skipped;

/// The results of all tasks.
#[guarded]
#[derive(Debug)]
pub(crate) struct Index {
    lock: Lock,
    /// The counts of each worker, until they are merged.
    #[guarded(lock)]
    shares: Vec<Counts>,
    #[guarded(lock)]
    totals: Totals,
}

/// The final results.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) counts: Counts,
    pub(crate) skipped: Vec<Skipped>,
    /// Symbolic links that were not followed.
    pub(crate) links: u64,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { lock: Lock::new(IndexLock { shares: Vec::new(), totals: Totals::default() }) }
    }

    /// Records a path that is not indexed.
    pub(crate) async fn skip(&self, skipped: Skipped) {
        sync_block!(state = self.lock, {
            state.totals.skipped.push(skipped);
        });
    }

    pub(crate) async fn pass_over_link(&self) {
        sync_block!(state = self.lock, {
            state.totals.links += 1;
        });
    }

    /// Adds a worker's counts.
    pub(crate) async fn submit(&self, share: Counts) {
        sync_block!(state = self.lock, {
            state.shares.push(share);
        });
    }

    /// Sums up all shares.
    pub(crate) async fn merge(&self) {
        let shares = sync_block!(state = self.lock, { mem::take(&mut state.shares) });
        // Hundreds of thousands of words each: too long for a thread of the runtime, and for
        // holding the lock.
        let sum = blocking(move || {
            let mut sum = Counts::default();
            sum.extend(shares);
            sum
        });
        let sum = sum.await;
        sync_block!(state = self.lock, {
            state.totals.counts.absorb(sum);
        });
    }

    /// Takes the merged results.
    pub(crate) async fn take_totals(&self) -> Totals {
        sync_block!(state = self.lock, { mem::take(&mut state.totals) })
    }
}
