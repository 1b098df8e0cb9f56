//! The disk elevator: requests are served in the order of a head that sweeps up and down.

use std::collections::BTreeSet;
use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

const TRACKS: u32 = 12;

trait Disk: Default + Send + Sync + 'static {
    /// Asks for a track, and waits until it was served.
    fn request(&self, track: u32) -> impl Future<Output = ()> + Send;
    /// Waits for a request, and serves the next of the sweep.
    fn serve(&self) -> impl Future<Output = u32> + Send;
    /// Waits until this many requests are there.
    fn all_requests(&self) -> impl Future<Output = ()> + Send;
}

async fn run<D: Disk>() -> Vec<u32> {
    let disk = Arc::new(D::default());
    // Two sweeps: all that was asked for when the head starts is served in order.
    let requests = (0..TRACKS).map(|request| {
        let disk = Arc::clone(&disk);
        async move { disk.request(request * 5 % TRACKS).await }
    });
    let head = async {
        disk.all_requests().await;
        let mut served = Vec::new();
        for _ in 0..TRACKS {
            served.push(disk.serve().await);
        }
        served
    };
    tokio::join!(super::all(requests), head).1
}

#[test]
fn tracks_are_served_in_sweeps() {
    super::both(run::<Declared>, run::<Explicit>, &[6, 7, 8, 9, 10, 11, 5, 4, 3, 2, 1, 0].into());
}

struct Head {
    at: u32,
    upward: bool,
    wanted: BTreeSet<u32>,
    served: BTreeSet<u32>,
}

impl Default for Head {
    fn default() -> Self {
        Head { at: 6, upward: true, wanted: BTreeSet::new(), served: BTreeSet::new() }
    }
}

impl Head {
    fn serve(&mut self) -> u32 {
        let above = || self.wanted.range(self.at..).next().copied();
        let below = || self.wanted.range(..=self.at).next_back().copied();
        let (ahead, behind) = if self.upward { (above(), below()) } else { (below(), above()) };
        self.upward ^= ahead.is_none();
        self.at = ahead.or(behind).expect("somebody wants a track");
        self.wanted.remove(&self.at);
        self.served.insert(self.at);
        self.at
    }

    fn all_are_there(&self) -> bool {
        self.wanted.len() + self.served.len() == TRACKS as usize
    }

    /// Who wants a track of the lower or the upper half waits for any of that half to be served.
    fn has_served(&self, half: u32) -> bool {
        self.served.iter().any(|track| track / (TRACKS / 2) == half)
    }
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    head: Head,
    #[condition(lock, when = |state| !state.head.wanted.is_empty())]
    wanted: Condition,
    #[condition(lock, when = |state| state.head.all_are_there())]
    there: Condition,
    #[condition(lock, when = |state| state.head.has_served(0))]
    served_below: Condition,
    #[condition(lock, when = |state| state.head.has_served(1))]
    served_above: Condition,
}

impl Disk for Declared {
    async fn request(&self, track: u32) {
        let mut state = self.lock.acquire().await;
        state.head.wanted.insert(track);
        if track < TRACKS / 2 {
            state.wait_until(&self.served_below).await.release();
        } else {
            state.wait_until(&self.served_above).await.release();
        }
    }

    async fn serve(&self) -> u32 {
        sync_block!(state = self.lock.when(&self.wanted), { state.head.serve() })
    }

    async fn all_requests(&self) {
        self.lock.when(&self.there).await.release();
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    head: Head,
    #[condition(lock)]
    wanted: Condition,
    #[condition(lock)]
    served: Condition,
}

impl Disk for Explicit {
    async fn request(&self, track: u32) {
        let mut state = self.lock.acquire().await;
        state.head.wanted.insert(track);
        state.notify_all(&self.wanted);
        let half = track / (TRACKS / 2);
        state.wait_for(&self.served, |state| state.head.has_served(half)).await.release();
    }

    async fn serve(&self) -> u32 {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.wanted, |state| !state.head.wanted.is_empty()).await;
            state.notify_all(&self.served);
            state.head.serve()
        })
    }

    async fn all_requests(&self) {
        let state = self.lock.acquire().await;
        state.wait_for(&self.wanted, |state| state.head.all_are_there()).await.release();
    }
}
