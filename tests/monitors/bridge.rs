//! The one-lane bridge: cars in one direction at a time, and three at most.

use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

const CARS: u32 = 50;
const MOST: u32 = 3;

trait Bridge: Default + Send + Sync + 'static {
    fn enter(&self, eastward: bool) -> impl Future<Output = ()> + Send;
    fn leave(&self, eastward: bool) -> impl Future<Output = u32> + Send;
}

async fn run<B: Bridge>() -> u32 {
    let bridge = Arc::new(B::default());
    let cars = (0..2 * CARS).map(|car| {
        let bridge = Arc::clone(&bridge);
        async move {
            bridge.enter(car % 2 == 0).await;
            yield_now().await;
            bridge.leave(car % 2 == 0).await
        }
    });
    super::all(cars).await.into_iter().max().unwrap()
}

#[test]
fn all_cross() {
    super::both(run::<Declared>, run::<Explicit>, &(2 * CARS));
}

/// How many are on the bridge, and how many have crossed it.
#[derive(Default)]
struct Lane {
    east: u32,
    west: u32,
    crossed: u32,
}

impl Lane {
    fn is_open(&self, eastward: bool) -> bool {
        let (mine, others) = if eastward { (self.east, self.west) } else { (self.west, self.east) };
        others == 0 && mine < MOST
    }

    fn enter(&mut self, eastward: bool) {
        assert!(self.is_open(eastward), "cars meet on the bridge");
        *(if eastward { &mut self.east } else { &mut self.west }) += 1;
    }

    fn leave(&mut self, eastward: bool) -> u32 {
        *(if eastward { &mut self.east } else { &mut self.west }) -= 1;
        self.crossed += 1;
        self.crossed
    }
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    lane: Lane,
    #[condition(lock, when = |state| state.lane.is_open(true))]
    open_eastward: Condition,
    #[condition(lock, when = |state| state.lane.is_open(false))]
    open_westward: Condition,
}

impl Bridge for Declared {
    async fn enter(&self, eastward: bool) {
        let mut state = if eastward {
            self.lock.when(&self.open_eastward).await
        } else {
            self.lock.when(&self.open_westward).await
        };
        state.lane.enter(eastward);
    }

    async fn leave(&self, eastward: bool) -> u32 {
        sync_block!(state = self.lock, { state.lane.leave(eastward) })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    lane: Lane,
    #[condition(lock)]
    open_eastward: Condition,
    #[condition(lock)]
    open_westward: Condition,
}

impl Bridge for Explicit {
    async fn enter(&self, eastward: bool) {
        let mut state = self.lock.acquire().await;
        let is_open = move |state: &ExplicitLock| state.lane.is_open(eastward);
        state = if eastward {
            state.wait_for(&self.open_eastward, is_open).await
        } else {
            state.wait_for(&self.open_westward, is_open).await
        };
        state.lane.enter(eastward);
    }

    async fn leave(&self, eastward: bool) -> u32 {
        sync_block!(state = self.lock, {
            let crossed = state.lane.leave(eastward);
            if state.lane.east + state.lane.west == 0 {
                state.notify_all(&self.open_eastward);
                state.notify_all(&self.open_westward);
            } else if eastward {
                state.notify_one(&self.open_eastward);
            } else {
                state.notify_one(&self.open_westward);
            }
            crossed
        })
    }
}
