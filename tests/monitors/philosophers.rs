//! The dining philosophers: each takes both forks or none.

use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

const SEATS: usize = 5;
const MEALS: u32 = 40;

trait Table: Default + Send + Sync + 'static {
    fn take(&self, seat: usize) -> impl Future<Output = ()> + Send;
    fn give_back(&self, seat: usize) -> impl Future<Output = [u32; SEATS]> + Send;
}

fn right(seat: usize) -> usize {
    (seat + 1) % SEATS
}

async fn run<T: Table>() -> [u32; SEATS] {
    let table = Arc::new(T::default());
    let philosophers = (0..SEATS).map(|seat| {
        let table = Arc::clone(&table);
        async move {
            let mut meals = [0; SEATS];
            for _ in 0..MEALS {
                table.take(seat).await;
                yield_now().await;
                meals = table.give_back(seat).await;
            }
            meals
        }
    });
    super::all(philosophers)
        .await
        .into_iter()
        .max_by_key(|meals| meals.iter().sum::<u32>())
        .unwrap()
}

#[test]
fn all_eat() {
    super::both(run::<Declared>, run::<Explicit>, &[MEALS; SEATS]);
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    taken: [bool; SEATS],
    #[guarded(lock)]
    meals: [u32; SEATS],
    #[condition(lock, when = |state| !state.taken[0] && !state.taken[1])]
    first: Condition,
    #[condition(lock, when = |state| !state.taken[1] && !state.taken[2])]
    second: Condition,
    #[condition(lock, when = |state| !state.taken[2] && !state.taken[3])]
    third: Condition,
    #[condition(lock, when = |state| !state.taken[3] && !state.taken[4])]
    fourth: Condition,
    #[condition(lock, when = |state| !state.taken[4] && !state.taken[0])]
    fifth: Condition,
}

impl Table for Declared {
    async fn take(&self, seat: usize) {
        let mut state = match seat {
            0 => self.lock.when(&self.first).await,
            1 => self.lock.when(&self.second).await,
            2 => self.lock.when(&self.third).await,
            3 => self.lock.when(&self.fourth).await,
            _ => self.lock.when(&self.fifth).await,
        };
        for fork in [seat, right(seat)] {
            assert!(!std::mem::replace(&mut state.taken[fork], true), "a fork in two hands");
        }
    }

    async fn give_back(&self, seat: usize) -> [u32; SEATS] {
        sync_block!(state = self.lock, {
            state.meals[seat] += 1;
            state.taken[seat] = false;
            state.taken[right(seat)] = false;
            state.meals
        })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    taken: [bool; SEATS],
    #[guarded(lock)]
    meals: [u32; SEATS],
    #[condition(lock)]
    given_back: Condition,
}

impl Table for Explicit {
    async fn take(&self, seat: usize) {
        sync_block!(state = self.lock, {
            let free = |state: &ExplicitLock| !state.taken[seat] && !state.taken[right(seat)];
            state = state.wait_for(&self.given_back, free).await;
            for fork in [seat, right(seat)] {
                assert!(!std::mem::replace(&mut state.taken[fork], true), "a fork in two hands");
            }
        });
    }

    async fn give_back(&self, seat: usize) -> [u32; SEATS] {
        sync_block!(state = self.lock, {
            state.meals[seat] += 1;
            state.taken[seat] = false;
            state.taken[right(seat)] = false;
            state.notify_all(&self.given_back);
            state.meals
        })
    }
}
