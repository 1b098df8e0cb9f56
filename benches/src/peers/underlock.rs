//! underlock, with default features.

use ::underlock::{Barrier, Condition, Event, Guard, Lock, Permit, Semaphore, guarded};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{self, Shared, State};

static PEER: Peer = Peer::new("underlock", "underlock", Order::Fifo);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock::<Lock<u64>>()
        .condition::<Desk>()
        .event::<Event>()
        .many_semaphore::<Semaphore>()
        .barrier::<Barrier>();
}

impl Shared for Lock<u64> {}

impl traits::Lock for Lock<u64> {
    const SIZE: usize = size_of::<Lock>();

    type Guard<'a> = Guard<'a, u64>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.acquire()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_acquire()
    }
}

/// A lock with two conditions.
#[guarded]
pub(crate) struct Desk {
    lock: Lock,
    #[guarded(lock)]
    state: State,
    #[condition(lock)]
    work: Condition,
    #[condition(lock)]
    idle: Condition,
}

impl Shared for Desk {}

impl traits::Condition for Desk {
    type Guard<'a> = DeskLockGuard<'a>;

    fn new() -> Self {
        Self {
            lock: Lock::new(DeskLock { state: State::default() }),
            work: Condition::shared(),
            idle: Condition::shared(),
        }
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.lock.acquire()
    }

    fn state<'g>(guard: &'g mut Self::Guard<'_>) -> &'g mut State {
        &mut guard.state
    }

    fn wait_for_work<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        mut ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        guard.wait_for(&self.work, move |data| ready(&data.state))
    }

    fn notify_work(&self, guard: &Self::Guard<'_>) {
        guard.notify_one(&self.work);
    }

    fn notify_all_work(&self, guard: &Self::Guard<'_>) {
        guard.notify_all(&self.work);
    }

    fn wait_for_idle<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        mut ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        guard.wait_for(&self.idle, move |data| ready(&data.state))
    }

    fn notify_idle(&self, guard: &Self::Guard<'_>) {
        guard.notify_one(&self.idle);
    }
}

impl Shared for Event {}

impl traits::Event for Event {
    fn new() -> Self {
        Self::new()
    }

    fn set(&self) {
        self.set();
    }

    fn clear(&self) {
        self.clear();
    }

    fn is_set(&self) -> bool {
        self.is_set()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }
}

impl Shared for Semaphore {}

impl traits::Semaphore for Semaphore {
    type Permit<'a> = Permit<'a>;

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

impl traits::ManySemaphore for Semaphore {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.acquire_many(n)
    }
}

impl Shared for Barrier {}

impl traits::Barrier for Barrier {
    fn new(parties: usize) -> Self {
        Self::new(parties)
    }

    async fn wait(&self) -> bool {
        self.wait().await.expect("the barrier is never broken").is_leader()
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.wait())
    }
}
