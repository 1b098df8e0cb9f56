//! async-lock. Its mutex allows barging, until a waiter has been queued for half a millisecond. It
//! has neither condition nor event, and its semaphore grants one permit at a time.

use ::async_lock::{Mutex, MutexGuard, SemaphoreGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Barrier, Lock, Semaphore, Shared};

static PEER: Peer = Peer::new("async-lock", "async-lock", Order::Barging);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64>>()
        .semaphore::<::async_lock::Semaphore>()
        .barrier::<::async_lock::Barrier>();
}

impl Shared for Mutex<u64> {}

impl Lock for Mutex<u64> {
    const SIZE: usize = size_of::<Mutex<()>>();

    type Guard<'a> = MutexGuard<'a, u64>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}

impl Shared for ::async_lock::Semaphore {}

impl Semaphore for ::async_lock::Semaphore {
    type Permit<'a> = SemaphoreGuard<'a>;

    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    fn available(&self) -> usize {
        self.available_permits()
    }

    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.acquire()
    }
}

impl Shared for ::async_lock::Barrier {}

impl Barrier for ::async_lock::Barrier {
    fn new(parties: usize) -> Self {
        Self::new(parties)
    }

    async fn wait(&self) -> bool {
        self.wait().await.is_leader()
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.wait())
    }
}
