//! The sleeping barber: customers wait for a chair, the barber for customers, and each for the other.

use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

const CHAIRS: u32 = 2;
const CUSTOMERS: u32 = 60;

trait Shop: Default + Send + Sync + 'static {
    /// Waits for a chair, for the barber, and for the end of the cut.
    fn visit(&self) -> impl Future<Output = ()> + Send;
    /// Waits for a customer, cuts, and sees the customer out. Returns how many were served.
    fn cut(&self) -> impl Future<Output = u32> + Send;
}

async fn run<S: Shop>() -> u32 {
    let shop = Arc::new(S::default());
    let customers = (0..CUSTOMERS).map(|_| {
        let shop = Arc::clone(&shop);
        async move { shop.visit().await }
    });
    let barber = async {
        let mut served = 0;
        for _ in 0..CUSTOMERS {
            served = shop.cut().await;
        }
        served
    };
    tokio::join!(super::all(customers), barber).1
}

#[test]
fn all_are_served() {
    super::both(run::<Declared>, run::<Explicit>, &CUSTOMERS);
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    waiting: u32,
    #[guarded(lock)]
    called: u32,
    #[guarded(lock)]
    done: u32,
    #[guarded(lock)]
    left: u32,
    #[guarded(lock)]
    served: u32,
    #[condition(lock, when = |state| state.waiting < CHAIRS)]
    chair_is_free: Condition,
    #[condition(lock, when = |state| state.waiting > 0)]
    customer_waits: Condition,
    #[condition(lock, when = |state| state.called > 0)]
    barber_calls: Condition,
    #[condition(lock, when = |state| state.done > 0)]
    cut_is_done: Condition,
    #[condition(lock, when = |state| state.left > 0)]
    customer_left: Condition,
}

impl Shop for Declared {
    async fn visit(&self) {
        sync_block!(state = self.lock.when(&self.chair_is_free), {
            state.waiting += 1;
            state = state.wait_until(&self.barber_calls).await;
            state.called -= 1;
            state = state.wait_until(&self.cut_is_done).await;
            state.done -= 1;
            state.left += 1;
        });
    }

    async fn cut(&self) -> u32 {
        sync_block!(state = self.lock.when(&self.customer_waits), {
            state.waiting -= 1;
            state.called += 1;
        });
        yield_now().await;
        sync_block!(state = self.lock, {
            state.done += 1;
            state = state.wait_until(&self.customer_left).await;
            state.left -= 1;
            state.served += 1;
            state.served
        })
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    waiting: u32,
    #[guarded(lock)]
    called: u32,
    #[guarded(lock)]
    done: u32,
    #[guarded(lock)]
    left: u32,
    #[guarded(lock)]
    served: u32,
    #[condition(lock)]
    chair_is_free: Condition,
    #[condition(lock)]
    customer_waits: Condition,
    #[condition(lock)]
    barber_calls: Condition,
    #[condition(lock)]
    cut_is_done: Condition,
    #[condition(lock)]
    customer_left: Condition,
}

impl Shop for Explicit {
    async fn visit(&self) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.chair_is_free, |state| state.waiting < CHAIRS).await;
            state.waiting += 1;
            state.notify_one(&self.customer_waits);
            state = state.wait_for(&self.barber_calls, |state| state.called > 0).await;
            state.called -= 1;
            state = state.wait_for(&self.cut_is_done, |state| state.done > 0).await;
            state.done -= 1;
            state.left += 1;
            state.notify_one(&self.customer_left);
        });
    }

    async fn cut(&self) -> u32 {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.customer_waits, |state| state.waiting > 0).await;
            state.waiting -= 1;
            state.called += 1;
            state.notify_one(&self.chair_is_free);
            state.notify_one(&self.barber_calls);
        });
        yield_now().await;
        sync_block!(state = self.lock, {
            state.done += 1;
            state.notify_one(&self.cut_is_done);
            state = state.wait_for(&self.customer_left, |state| state.left > 0).await;
            state.left -= 1;
            state.served += 1;
            state.served
        })
    }
}
