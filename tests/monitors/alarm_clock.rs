//! The alarm clock: sleepers wait for a time of day, and the clock ticks once all of them are in bed.

use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

const SLEEPERS: u32 = 30;

/// When they want to be woken.
const TIMES: [u32; 3] = [3, 5, 8];

trait Clock: Default + Send + Sync + 'static {
    fn tick(&self) -> impl Future<Output = ()> + Send;
    /// Goes to bed, and returns the time at which it was woken.
    fn sleep(&self, until: usize) -> impl Future<Output = u32> + Send;
    /// Waits until all whom the time has woken are up.
    fn all_are_up(&self) -> impl Future<Output = ()> + Send;
}

async fn run<C: Clock>() -> Vec<u32> {
    let clock = Arc::new(C::default());
    let sleepers = (0..SLEEPERS as usize).map(|sleeper| {
        let clock = Arc::clone(&clock);
        async move { clock.sleep(sleeper % TIMES.len()).await }
    });
    let ticks = async {
        for _ in 0..TIMES[2] {
            clock.tick().await;
            clock.all_are_up().await;
        }
    };
    let (mut woken, ()) = tokio::join!(super::all(sleepers), ticks);
    woken.sort_unstable();
    woken
}

#[test]
fn all_are_woken_in_time() {
    let expected = (0..SLEEPERS).map(|sleeper| TIMES[sleeper as usize / 10]).collect();
    super::both(run::<Declared>, run::<Explicit>, &expected);
}

#[derive(Default)]
struct Bedroom {
    now: u32,
    in_bed: u32,
    /// How many sleep until each of the times.
    asleep: [u32; 3],
}

impl Bedroom {
    fn is_due(&self, time: usize) -> bool {
        self.now >= TIMES[time]
    }

    fn all_are_in_bed(&self) -> bool {
        self.in_bed == SLEEPERS
    }

    fn all_are_up(&self) -> bool {
        (0..TIMES.len()).all(|time| !self.is_due(time) || self.asleep[time] == 0)
    }
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    room: Bedroom,
    #[condition(lock, when = |state| state.room.is_due(0))]
    first: Condition,
    #[condition(lock, when = |state| state.room.is_due(1))]
    second: Condition,
    #[condition(lock, when = |state| state.room.is_due(2))]
    third: Condition,
    #[condition(lock, when = |state| state.room.all_are_in_bed())]
    in_bed: Condition,
    #[condition(lock, when = |state| state.room.all_are_up())]
    up: Condition,
}

impl Clock for Declared {
    async fn tick(&self) {
        sync_block!(state = self.lock.when(&self.in_bed), { state.room.now += 1 });
    }

    async fn sleep(&self, until: usize) -> u32 {
        let mut state = self.lock.acquire().await;
        state.room.in_bed += 1;
        state.room.asleep[until] += 1;
        state = match until {
            0 => state.wait_until(&self.first).await,
            1 => state.wait_until(&self.second).await,
            _ => state.wait_until(&self.third).await,
        };
        state.room.asleep[until] -= 1;
        state.room.now
    }

    async fn all_are_up(&self) {
        self.lock.when(&self.up).await.release();
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    room: Bedroom,
    #[condition(lock)]
    ticked: Condition,
    #[condition(lock)]
    in_bed: Condition,
    #[condition(lock)]
    up: Condition,
}

impl Clock for Explicit {
    async fn tick(&self) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.in_bed, |state| state.room.all_are_in_bed()).await;
            state.room.now += 1;
            state.notify_all(&self.ticked);
        });
    }

    async fn sleep(&self, until: usize) -> u32 {
        sync_block!(state = self.lock, {
            state.room.in_bed += 1;
            state.room.asleep[until] += 1;
            if state.room.all_are_in_bed() {
                state.notify_one(&self.in_bed);
            }
            state = state.wait_for(&self.ticked, |state| state.room.is_due(until)).await;
            state.room.asleep[until] -= 1;
            if state.room.all_are_up() {
                state.notify_one(&self.up);
            }
            state.room.now
        })
    }

    async fn all_are_up(&self) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.up, |state| state.room.all_are_up()).await;
            assert!(state.room.all_are_up());
        });
    }
}
