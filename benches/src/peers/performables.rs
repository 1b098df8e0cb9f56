//! performables, in its asynchronous mode, which allows barging. It has neither event nor
//! semaphore.

use ::performables::sync::Async;
use ::performables::sync::mutex::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Apart, Barrier, Condvar, Lock, Shared, State};

static PEER: Peer = Peer {
    absent: &[
        ("scaling/acquire/100000", "removal walks the queue: seconds"),
        ("scaling/cancel/100000", "as above"),
    ],
    ..Peer::new("performables", "performables", Order::Barging)
};

type AsyncCondvar = ::performables::sync::condition::Condvar<Async>;
type AsyncBarrier = ::performables::sync::barrier::Barrier<Async>;

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Mutex<u64, Async>>()
        .condition::<Apart<AsyncCondvar>>()
        .barrier::<AsyncBarrier>();
}

impl Shared for Mutex<u64, Async> {}

impl Lock for Mutex<u64, Async> {
    const SIZE: usize = size_of::<Mutex<(), Async>>();

    type Guard<'a> = MutexGuard<'a, u64, Async>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.lock_async()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}

impl Condvar for AsyncCondvar {
    type Mutex = Mutex<State, Async>;
    type Guard<'a> = MutexGuard<'a, State, Async>;

    fn new() -> Self {
        Self::new()
    }

    fn mutex() -> Self::Mutex {
        Mutex::new(State::default())
    }

    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::Guard<'_>> + Send {
        mutex.lock_async()
    }

    fn wait<'a>(
        &'a self,
        _: &'a Self::Mutex,
        guard: Self::Guard<'a>,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait_async(guard)
    }

    fn notify_one(&self) {
        self.notify_one();
    }

    fn notify_all(&self) {
        self.notify_all();
    }
}

impl Shared for AsyncBarrier {}

impl Barrier for AsyncBarrier {
    fn new(parties: usize) -> Self {
        Self::new(parties)
    }

    async fn wait(&self) -> bool {
        self.wait_async().await.is_leader()
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.wait_async())
    }
}
