//! What the scenarios ask of a peer: one small trait for each primitive.

use std::ops::DerefMut;

use crate::tasks::yield_once;

/// Marks what several threads may use at once: all but the single-threaded models.
pub(crate) trait Shared {}

/// A lock over a counter.
pub(crate) trait Lock: Send + Sync + 'static {
    type Guard<'a>: DerefMut<Target = u64> + Send
    where
        Self: 'a;

    fn new() -> Self;
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send;
    fn try_lock(&self) -> Option<Self::Guard<'_>>;
}

/// Short critical sections, each of which adds one to the counter. Every [`Lock`] has them; what
/// can't be waited for, or is written another way, brings its own.
pub(crate) trait Sections: Send + Sync + 'static {
    fn new() -> Self;
    /// What the counter says. Nobody holds the lock.
    fn count(&self) -> u64;
    fn try_bump(&self, times: u64);
    fn bump(&self, more: impl FnMut() -> bool + Send) -> impl Future<Output = ()> + Send;
}

/// Critical sections that are suspended once while they hold the lock.
pub(crate) trait LongSections: Sections {
    fn bump_across_a_yield(
        &self,
        more: impl FnMut() -> bool + Send,
    ) -> impl Future<Output = ()> + Send;
}

impl<L: Lock> Sections for L {
    fn new() -> Self {
        L::new()
    }

    fn count(&self) -> u64 {
        *self.try_lock().expect("nobody holds the lock")
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            *self.try_lock().expect("nobody holds the lock") += 1;
        }
    }

    async fn bump(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            *self.lock().await += 1;
        }
    }
}

impl<L: Lock> LongSections for L {
    async fn bump_across_a_yield(&self, mut more: impl FnMut() -> bool + Send) {
        while more() {
            let mut guard = self.lock().await;
            yield_once().await;
            *guard += 1;
        }
    }
}
