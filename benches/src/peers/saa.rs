//! saa. Spins in `poll` before it queues and again before it suspends. It has no condition, and its
//! `Gate` is not an event: in 5.6.2 `reset` restores the old state.

use std::sync::atomic::Ordering;

use ::saa::{Mutex, MutexGuard, lock_async};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Barrier, Lock, ManySemaphore, Semaphore, Shared};

static PEER: Peer = Peer {
    absent: &[
        ("scaling/", "up to 32 µs in each `poll`, and removal walks the queue: minutes"),
        ("lock/cancel/10000", "as above"),
        ("barrier/one-thread/64", "at most 63 parties"),
        ("barrier/one-thread/1024", "at most 63 parties"),
        ("barrier/two-workers/64", "at most 63 parties"),
        ("barrier/two-workers/1024", "at most 63 parties"),
    ],
    ..Peer::new("saa", "saa", Order::Barging)
};

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64>>()
        .many_semaphore::<::saa::Semaphore>()
        .barrier::<::saa::Barrier>();
}

impl Shared for Mutex<u64> {}

impl Lock for Mutex<u64> {
    const SIZE: usize = size_of::<Mutex<()>>();

    type Guard<'a> = MutexGuard<'a, u64>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        lock_async(self)
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}

impl Shared for ::saa::Semaphore {}

impl Semaphore for ::saa::Semaphore {
    type Permit<'a> = Permits<'a>;

    fn new(permits: usize) -> Self {
        Self::with_permits(permits)
    }

    fn available(&self) -> usize {
        self.available_permits(Ordering::Relaxed)
    }

    async fn acquire(&self) -> Self::Permit<'_> {
        self.acquire_async().await;
        Permits { semaphore: self, count: 1 }
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.acquire_async())
    }
}

impl ManySemaphore for ::saa::Semaphore {
    async fn acquire_many(&self, n: usize) -> Self::Permit<'_> {
        assert!(self.acquire_many_async(n).await, "enough permits exist");
        Permits { semaphore: self, count: n }
    }
}

/// Permits that are released on drop, which saa leaves to its users.
pub(crate) struct Permits<'a> {
    semaphore: &'a ::saa::Semaphore,
    count: usize,
}

impl Drop for Permits<'_> {
    fn drop(&mut self) {
        self.semaphore.release_many(self.count);
    }
}

impl Shared for ::saa::Barrier {}

impl Barrier for ::saa::Barrier {
    fn new(parties: usize) -> Self {
        Self::with_count(parties)
    }

    fn wait(&self) -> impl Future<Output = bool> + Send {
        self.wait_async()
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.wait_async())
    }
}
