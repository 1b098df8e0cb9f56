//! Barriers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::suite::{Batch, Entry};
use crate::tasks::On;
use crate::traits::{Barrier, Shared};

/// On one thread.
pub(crate) fn barriers<B: Barrier>(entry: &mut Entry<'_>) {
    for parties in [2, 8, 64, 1024] {
        entry.timed(format!("barrier/one-thread/{parties}"), move |n| {
            rounds::<B>(On::OneThread, parties, n)
        });
    }
}

/// Two workers.
pub(crate) fn contended_barriers<B: Barrier + Shared>(entry: &mut Entry<'_>) {
    for parties in [2, 8, 64, 1024] {
        entry.timed(format!("barrier/two-workers/{parties}"), move |n| {
            rounds::<B>(On::TwoWorkers, parties, n)
        });
    }
}

/// Parties meet round after round. One operation is one party's wait in one round.
fn rounds<B: Barrier>(on: On, parties: usize, times: u64) -> Batch {
    let barrier = Arc::new(B::new(parties));
    let led = Arc::new(AtomicU64::new(0));
    let elapsed = on.time((0..parties).map(|_| {
        let barrier = Arc::clone(&barrier);
        let led = Arc::clone(&led);
        async move {
            let mut own = 0;
            for _ in 0..times {
                own += u64::from(barrier.wait().await);
            }
            led.fetch_add(own, Ordering::Relaxed);
        }
    }));
    // One leader each round.
    Batch { elapsed, ops: parties as u64 * times, checksum: led.load(Ordering::Relaxed) }
}
