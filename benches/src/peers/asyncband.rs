//! asyncband.

use ::asyncband::event::ManualResetEvent;
use ::asyncband::mutex::{Mutex, MutexGuard};
use ::asyncband::semaphore::SemaphorePermit;

use crate::suite::{Order, Peer, Suite};
use crate::traits::{
    Apart, Barrier, Condvar, Event, Lock, ManySemaphore, Semaphore, Shared, State,
};

static PEER: Peer = Peer::new("asyncband", "asyncband", Order::Fifo);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64>>()
        .condition::<Apart<::asyncband::condvar::Condvar>>()
        .event::<ManualResetEvent>()
        .many_semaphore::<::asyncband::semaphore::Semaphore>()
        .barrier::<::asyncband::barrier::Barrier>();
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

impl Condvar for ::asyncband::condvar::Condvar {
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

    fn wait<'a>(
        &'a self,
        _: &'a Self::Mutex,
        guard: Self::Guard<'a>,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait(guard)
    }

    fn notify_one(&self) {
        self.notify_one();
    }

    fn notify_all(&self) {
        self.notify_all();
    }
}

impl Shared for ManualResetEvent {}

impl Event for ManualResetEvent {
    fn new() -> Self {
        Self::new()
    }

    fn set(&self) {
        self.set();
    }

    fn clear(&self) {
        self.reset();
    }

    fn is_set(&self) -> bool {
        self.is_set()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }
}

impl Shared for ::asyncband::semaphore::Semaphore {}

impl Semaphore for ::asyncband::semaphore::Semaphore {
    type Permit<'a> = SemaphorePermit<'a>;

    fn new(permits: usize) -> Self {
        Self::new(permits)
    }

    fn available(&self) -> usize {
        self.available_permits()
    }

    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.acquire(1)
    }
}

impl ManySemaphore for ::asyncband::semaphore::Semaphore {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.acquire(n)
    }
}

impl Shared for ::asyncband::barrier::Barrier {}

impl Barrier for ::asyncband::barrier::Barrier {
    fn new(parties: usize) -> Self {
        Self::new(u32::try_from(parties).expect("a few parties"))
    }

    async fn wait(&self) -> bool {
        self.wait().await.is_leader()
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.wait())
    }
}
