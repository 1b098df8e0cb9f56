//! maitake-sync, with its default features and mutexes. It has no barrier, and neither condition
//! nor event: they are its `Mutex`, or a flag, with its `WaitQueue`.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use ::maitake_sync::semaphore::Permit;
use ::maitake_sync::{Mutex, MutexGuard, WaitQueue};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Apart, Condvar, Event, Lock, ManySemaphore, Semaphore, Shared, State};

static PEER: Peer = Peer::new("maitake-sync", "maitake-sync", Order::Fifo);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64>>()
        .condition::<Apart<WaitQueue>>()
        .event::<Flag>()
        .many_semaphore::<::maitake_sync::Semaphore>();
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

impl Condvar for WaitQueue {
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
        let mut wait = pin!(self.wait());
        // Queued before the mutex is released.
        let _ = wait.as_mut().subscribe();
        drop(guard);
        wait.await.expect("never closed");
        mutex.lock().await
    }

    fn notify_one(&self) {
        self.wake();
    }

    fn notify_all(&self) {
        self.wake_all();
    }
}

struct Flag {
    set: AtomicBool,
    queue: WaitQueue,
}

impl Shared for Flag {}

impl Event for Flag {
    fn new() -> Self {
        Self { set: AtomicBool::new(false), queue: WaitQueue::new() }
    }

    fn set(&self) {
        self.set.store(true, Ordering::Release);
        self.queue.wake_all();
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
        let mut wait = pin!(self.queue.wait());
        // Queued before the flag is checked.
        let _ = wait.as_mut().subscribe();
        if !self.is_set() {
            wait.await.expect("never closed");
        }
    }
}

impl Shared for ::maitake_sync::Semaphore {}

impl Semaphore for ::maitake_sync::Semaphore {
    type Permit<'a> = Permit<'a>;

    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    fn available(&self) -> usize {
        self.available_permits()
    }

    async fn acquire(&self) -> Self::Permit<'_> {
        self.acquire(1).await.expect("never closed")
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.acquire(1))
    }
}

impl ManySemaphore for ::maitake_sync::Semaphore {
    async fn acquire_many(&self, n: usize) -> Self::Permit<'_> {
        self.acquire(n).await.expect("never closed")
    }
}
