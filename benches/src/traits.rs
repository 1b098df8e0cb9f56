//! The scenarios' interface to a peer: one small trait for each primitive.

use std::collections::VecDeque;
use std::hint::black_box;
use std::ops::DerefMut;

use crate::tasks::yield_once;

/// Marks types that several threads may use: all but the single-threaded models.
pub(crate) trait Shared {}

/// A lock over a counter.
pub(crate) trait Lock: Send + Sync + 'static {
    /// The size of a lock of `()`.
    const SIZE: usize;

    type Guard<'a>: DerefMut<Target = u64> + Send
    where
        Self: 'a;

    fn new() -> Self;
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send;
    fn try_lock(&self) -> Option<Self::Guard<'_>>;
}

/// Short critical sections, each of which increments the counter. Every [`Lock`] has them; peers
/// that can't wait, or are written in another way, implement them directly.
pub(crate) trait Sections: Send + Sync + 'static {
    fn new() -> Self;
    /// The value of the counter. The lock is free.
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
        *self.try_lock().expect("the lock is free")
    }

    fn try_bump(&self, times: u64) {
        for _ in 0..times {
            *black_box(self).try_lock().expect("the lock is free") += 1;
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

/// The largest capacity of a bounded buffer.
pub(crate) const MOST_PLACES: usize = 256;

/// The data of a [`Condition`].
#[derive(Debug)]
pub(crate) struct State {
    /// The number of turns taken; its parity says whose turn it is.
    pub(crate) turn: u64,
    /// The bounded buffer.
    pub(crate) items: VecDeque<u64>,
    /// The number of followers that wait.
    pub(crate) waiting: u64,
}

impl Default for State {
    fn default() -> Self {
        Self { turn: 0, items: VecDeque::with_capacity(MOST_PLACES), waiting: 0 }
    }
}

/// A lock with two conditions: one to wait for work, and one to wait until there is none.
pub(crate) trait Condition: Send + Sync + 'static {
    type Guard<'a>: Send
    where
        Self: 'a;

    fn new() -> Self;
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send;
    fn state<'g>(guard: &'g mut Self::Guard<'_>) -> &'g mut State;

    fn wait_for_work<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send;
    fn notify_work(&self, guard: &Self::Guard<'_>);
    fn notify_all_work(&self, guard: &Self::Guard<'_>);

    fn wait_for_idle<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send;
    fn notify_idle(&self, guard: &Self::Guard<'_>);
}

/// The tasks of scenarios with conditions. Every [`Condition`] has them; peers that are written in
/// another way implement them directly.
pub(crate) trait Rounds: Send + Sync + 'static {
    fn new() -> Self;

    /// Takes every other turn: the even ones or the odd ones.
    fn take_turns(&self, odd: bool, times: u64) -> impl Future<Output = ()> + Send;
    /// The number of turns taken.
    fn turns(&self) -> impl Future<Output = u64> + Send;

    /// Puts the item into the buffer `times` times, each when there is room.
    fn produce(&self, item: u64, times: u64, places: usize) -> impl Future<Output = ()> + Send;
    /// Takes `times` items out of the buffer and returns their sum.
    fn consume(&self, times: u64) -> impl Future<Output = u64> + Send;

    /// Releases all `followers` `times` times, each when all of them wait.
    fn lead(&self, followers: u64, times: u64) -> impl Future<Output = ()> + Send;
    /// Waits to be released, `times` times, as one of `followers`.
    fn follow(&self, followers: u64, times: u64) -> impl Future<Output = ()> + Send;
}

impl<C: Condition> Rounds for C {
    fn new() -> Self {
        C::new()
    }

    async fn take_turns(&self, odd: bool, times: u64) {
        for _ in 0..times {
            let mut guard = self.lock().await;
            let mine = |state: &State| (state.turn % 2 == 1) == odd;
            guard = self.wait_for_work(guard, mine).await;
            C::state(&mut guard).turn += 1;
            self.notify_work(&guard);
        }
    }

    async fn turns(&self) -> u64 {
        C::state(&mut self.lock().await).turn
    }

    async fn produce(&self, item: u64, times: u64, places: usize) {
        for _ in 0..times {
            let mut guard = self.lock().await;
            let room = |state: &State| state.items.len() < places;
            guard = self.wait_for_idle(guard, room).await;
            C::state(&mut guard).items.push_back(item);
            self.notify_work(&guard);
        }
    }

    async fn consume(&self, times: u64) -> u64 {
        let mut sum = 0;
        for _ in 0..times {
            let mut guard = self.lock().await;
            let filled = |state: &State| !state.items.is_empty();
            guard = self.wait_for_work(guard, filled).await;
            sum += C::state(&mut guard).items.pop_front().expect("there is an item");
            self.notify_idle(&guard);
        }
        sum
    }

    async fn lead(&self, followers: u64, times: u64) {
        let mut guard = self.lock().await;
        for _ in 0..times {
            guard = self.wait_for_idle(guard, |state| state.waiting == followers).await;
            let state = C::state(&mut guard);
            state.waiting = 0;
            state.turn += 1;
            self.notify_all_work(&guard);
        }
    }

    async fn follow(&self, followers: u64, times: u64) {
        let mut guard = self.lock().await;
        for turn in 1..=times {
            let state = C::state(&mut guard);
            state.waiting += 1;
            if state.waiting == followers {
                self.notify_idle(&guard);
            }
            guard = self.wait_for_work(guard, |state| state.turn >= turn).await;
        }
    }
}

/// A condition variable separate from its mutex, as in most peers. Two of them with a mutex are a
/// [`Condition`].
pub(crate) trait Condvar: Send + Sync + 'static {
    type Mutex: Send + Sync;
    type Guard<'a>: DerefMut<Target = State> + Send;

    fn new() -> Self;
    fn mutex() -> Self::Mutex;
    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::Guard<'_>> + Send;
    /// Releases the guard, waits for a notification, and locks the mutex again.
    fn wait<'a>(
        &'a self,
        mutex: &'a Self::Mutex,
        guard: Self::Guard<'a>,
    ) -> impl Future<Output = Self::Guard<'a>> + Send;
    fn notify_one(&self);
    fn notify_all(&self);
}

/// A mutex and two condition variables.
pub(crate) struct Apart<C: Condvar> {
    mutex: C::Mutex,
    work: C,
    idle: C,
}

impl<C: Condvar> Shared for Apart<C> {}

impl<C: Condvar> Condition for Apart<C> {
    type Guard<'a> = C::Guard<'a>;

    fn new() -> Self {
        Self { mutex: C::mutex(), work: C::new(), idle: C::new() }
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        C::lock(&self.mutex)
    }

    fn state<'g>(guard: &'g mut Self::Guard<'_>) -> &'g mut State {
        guard
    }

    async fn wait_for_work<'a>(
        &'a self,
        mut guard: Self::Guard<'a>,
        mut ready: impl FnMut(&State) -> bool + Send,
    ) -> Self::Guard<'a> {
        while !ready(&guard) {
            guard = self.work.wait(&self.mutex, guard).await;
        }
        guard
    }

    fn notify_work(&self, _: &Self::Guard<'_>) {
        self.work.notify_one();
    }

    fn notify_all_work(&self, _: &Self::Guard<'_>) {
        self.work.notify_all();
    }

    async fn wait_for_idle<'a>(
        &'a self,
        mut guard: Self::Guard<'a>,
        mut ready: impl FnMut(&State) -> bool + Send,
    ) -> Self::Guard<'a> {
        while !ready(&guard) {
            guard = self.idle.wait(&self.mutex, guard).await;
        }
        guard
    }

    fn notify_idle(&self, _: &Self::Guard<'_>) {
        self.idle.notify_one();
    }
}

/// A flag to wait for.
pub(crate) trait Event: Send + Sync + 'static {
    fn new() -> Self;
    fn set(&self);
    fn clear(&self);
    fn is_set(&self) -> bool;
    fn wait(&self) -> impl Future<Output = ()> + Send;

    /// The size of the waiting future.
    fn future_size(&self) -> usize {
        size_of_val(&self.wait())
    }
}

/// A counting semaphore.
pub(crate) trait Semaphore: Send + Sync + 'static {
    type Permit<'a>: Send
    where
        Self: 'a;

    fn new(permits: usize) -> Self;
    fn available(&self) -> usize;
    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send;

    /// The size of the library's future, without the wrapper here.
    fn future_size(&self) -> usize {
        size_of_val(&self.acquire())
    }
}

/// A semaphore that grants several permits at a time.
pub(crate) trait ManySemaphore: Semaphore {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send;
}

/// A barrier.
pub(crate) trait Barrier: Send + Sync + 'static {
    fn new(parties: usize) -> Self;
    /// Returns whether this party leads the round; exactly one does.
    fn wait(&self) -> impl Future<Output = bool> + Send;
    /// The size of the library's future, without the wrapper here.
    fn future_size(&self) -> usize;
}
