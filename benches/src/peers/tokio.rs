//! tokio, the base of all ratios. It has no condition and no event: the first is its `Mutex` with
//! `Notify`, the second a flag with `Notify`, as its documentation shows.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use ::tokio::sync::{Mutex, MutexGuard, Notify, SemaphorePermit};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{
    Apart, Barrier, Condvar, Event, Lock, ManySemaphore, Semaphore, Shared, State,
};

static PEER: Peer = Peer::new("tokio", "tokio", Order::Fifo);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64>>()
        .condition::<Apart<Notify>>()
        .event::<Flag>()
        .many_semaphore::<::tokio::sync::Semaphore>()
        .barrier::<::tokio::sync::Barrier>();
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
        self.try_lock().ok()
    }
}

impl Condvar for Notify {
    type Mutex = Mutex<State>;
    type Guard<'a> = MutexGuard<'a, State>;

    fn new() -> Self {
        Self::new()
    }

    fn mutex() -> Self::Mutex {
        Mutex::new(State::default())
    }

    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::Guard<'_>> + Send {
        mutex.lock()
    }

    async fn wait<'a>(&'a self, mutex: &'a Self::Mutex, guard: Self::Guard<'a>) -> Self::Guard<'a> {
        let mut notified = pin!(self.notified());
        // Queued before the mutex is released. Of two `notify_one` without a waiter only one is
        // stored.
        notified.as_mut().enable();
        drop(guard);
        notified.await;
        mutex.lock().await
    }

    fn notify_one(&self) {
        self.notify_one();
    }

    fn notify_all(&self) {
        self.notify_waiters();
    }
}

struct Flag {
    set: AtomicBool,
    notify: Notify,
}

impl Shared for Flag {}

impl Event for Flag {
    fn new() -> Self {
        Self { set: AtomicBool::new(false), notify: Notify::new() }
    }

    fn set(&self) {
        self.set.store(true, Ordering::Release);
        self.notify.notify_waiters();
    }

    fn clear(&self) {
        self.set.store(false, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    async fn wait(&self) {
        if self.is_set() {
            return;
        }
        // Released by every `notify_waiters` from here on.
        let notified = self.notify.notified();
        if !self.is_set() {
            notified.await;
        }
    }
}

impl Shared for ::tokio::sync::Semaphore {}

impl Semaphore for ::tokio::sync::Semaphore {
    type Permit<'a> = SemaphorePermit<'a>;

    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    fn available(&self) -> usize {
        self.available_permits()
    }

    async fn acquire(&self) -> Self::Permit<'_> {
        self.acquire().await.expect("never closed")
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.acquire())
    }
}

impl ManySemaphore for ::tokio::sync::Semaphore {
    async fn acquire_many(&self, n: usize) -> Self::Permit<'_> {
        let n = u32::try_from(n).expect("a few permits");
        self.acquire_many(n).await.expect("never closed")
    }
}

impl Shared for ::tokio::sync::Barrier {}

impl Barrier for ::tokio::sync::Barrier {
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
