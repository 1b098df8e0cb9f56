//! The bounded buffer.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

const ROOM: usize = 3;

trait Buffer: Default + Send + Sync + 'static {
    fn put(&self, item: u32) -> impl Future<Output = ()> + Send;
    fn take(&self) -> impl Future<Output = u32> + Send;
}

async fn run<B: Buffer>() -> Vec<u32> {
    let buffer = Arc::new(B::default());
    let producers = (0..4).map(|producer| {
        let buffer = Arc::clone(&buffer);
        async move {
            for item in 0..100 {
                buffer.put(producer * 100 + item).await;
            }
            Vec::new()
        }
    });
    let producers = super::all(producers);
    let consumers = (0..5).map(|_| {
        let buffer = Arc::clone(&buffer);
        async move {
            let mut taken = Vec::new();
            for _ in 0..80 {
                taken.push(buffer.take().await);
                yield_now().await;
            }
            taken
        }
    });
    let (_, taken): (Vec<Vec<u32>>, _) = tokio::join!(producers, super::all(consumers));
    let mut taken = taken.concat();
    taken.sort_unstable();
    taken
}

#[test]
fn all_items_come_once() {
    super::both(run::<Declared>, run::<Explicit>, &(0..400).collect());
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<u32>,
    #[condition(lock, when = |state| !state.items.is_empty())]
    not_empty: Condition,
    #[condition(lock, when = |state| state.items.len() < ROOM)]
    not_full: Condition,
}

impl Buffer for Declared {
    async fn put(&self, item: u32) {
        sync_block!(state = self.lock.when(&self.not_full), { state.items.push_back(item) });
    }

    async fn take(&self) -> u32 {
        sync_block!(state = self.lock.when(&self.not_empty), {
            state.items.pop_front().expect("not empty")
        })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<u32>,
    #[condition(lock)]
    not_empty: Condition,
    #[condition(lock)]
    not_full: Condition,
}

impl Buffer for Explicit {
    async fn put(&self, item: u32) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.not_full, |state| state.items.len() < ROOM).await;
            state.items.push_back(item);
            state.notify_one(&self.not_empty);
        });
    }

    async fn take(&self) -> u32 {
        let state = self.lock.acquire().await;
        let (state, item) =
            state.wait_for_some(&self.not_empty, |state| state.items.pop_front()).await;
        state.notify_one(&self.not_full);
        item
    }
}
