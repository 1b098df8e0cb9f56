//! The cigarette smokers: an agent lays out what one of three lacks.

use std::sync::Arc;

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

trait Table: Default + Send + Sync + 'static {
    /// Waits until the table is empty, and lays out what this smoker lacks.
    fn lay_out(&self, smoker: usize) -> impl Future<Output = ()> + Send;
    /// Waits for what this smoker lacks, and smokes. Returns how often each has smoked.
    fn smoke(&self, smoker: usize) -> impl Future<Output = [u32; 3]> + Send;
}

async fn run<T: Table>() -> [u32; 3] {
    let table = Arc::new(T::default());
    let smokers = (0..3).map(|smoker| {
        let table = Arc::clone(&table);
        async move {
            let mut smoked = [0; 3];
            for _ in 0..(smoker + 1) * 10 {
                smoked = table.smoke(smoker).await;
                yield_now().await;
            }
            smoked
        }
    });
    let agent = async {
        for round in 0..60 {
            let smoker = if round % 6 == 0 { 0 } else { 1 + usize::from(round % 2 == 1) };
            table.lay_out(smoker).await;
        }
    };
    let (smoked, ()) = tokio::join!(super::all(smokers), agent);
    smoked.into_iter().max_by_key(|smoked| smoked.iter().sum::<u32>()).unwrap()
}

#[test]
fn each_smokes_what_it_is_given() {
    super::both(run::<Declared>, run::<Explicit>, &[10, 20, 30]);
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    laid_out_for: Option<usize>,
    #[guarded(lock)]
    smoked: [u32; 3],
    #[condition(lock, when = |state| state.laid_out_for.is_none())]
    empty: Condition,
    #[condition(lock, when = |state| state.laid_out_for == Some(0))]
    for_the_first: Condition,
    #[condition(lock, when = |state| matches!(state.laid_out_for, Some(1)))]
    for_the_second: Condition,
    #[condition(lock, when = |DeclaredLock { laid_out_for, .. }| *laid_out_for == Some(2))]
    for_the_third: Condition,
}

impl Table for Declared {
    async fn lay_out(&self, smoker: usize) {
        sync_block!(state = self.lock.when(&self.empty), { state.laid_out_for = Some(smoker) });
    }

    async fn smoke(&self, smoker: usize) -> [u32; 3] {
        let mut state = match smoker {
            0 => self.lock.when(&self.for_the_first).await,
            1 => self.lock.when(&self.for_the_second).await,
            _ => self.lock.when(&self.for_the_third).await,
        };
        assert_eq!(state.laid_out_for.take(), Some(smoker));
        state.smoked[smoker] += 1;
        state.smoked
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    laid_out_for: Option<usize>,
    #[guarded(lock)]
    smoked: [u32; 3],
    #[condition(lock)]
    emptied: Condition,
    #[condition(lock)]
    laid_out: Condition,
}

impl Table for Explicit {
    async fn lay_out(&self, smoker: usize) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.emptied, |state| state.laid_out_for.is_none()).await;
            state.laid_out_for = Some(smoker);
            state.notify_all(&self.laid_out);
        });
    }

    async fn smoke(&self, smoker: usize) -> [u32; 3] {
        sync_block!(state = self.lock, {
            let is_mine = |state: &ExplicitLock| state.laid_out_for == Some(smoker);
            state = state.wait_for(&self.laid_out, is_mine).await;
            assert_eq!(state.laid_out_for.take(), Some(smoker));
            state.smoked[smoker] += 1;
            state.notify_one(&self.emptied);
            state.smoked
        })
    }
}
