//! What the scenarios ask of a peer: one small trait for each primitive.

use std::collections::VecDeque;
use std::hint::black_box;
use std::ops::DerefMut;

use crate::tasks::yield_once;

/// Marks what several threads may use at once: all but the single-threaded models.
pub(crate) trait Shared {}

/// A lock over a counter.
pub(crate) trait Lock: Send + Sync + 'static {
    /// How large a lock of nothing is.
    const SIZE: usize;

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
            *black_box(self).try_lock().expect("nobody holds the lock") += 1;
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

/// The most places that a bounded buffer has.
pub(crate) const MOST_PLACES: usize = 256;

/// What the lock of a [`Condition`] guards.
#[derive(Debug)]
pub(crate) struct State {
    /// Whose turn it is, counted on.
    pub(crate) turn: u64,
    /// What the bounded buffer holds.
    pub(crate) items: VecDeque<u64>,
    /// How many wait to be let go on.
    pub(crate) waiting: u64,
}

impl Default for State {
    fn default() -> Self {
        Self { turn: 0, items: VecDeque::with_capacity(MOST_PLACES), waiting: 0 }
    }
}

/// A lock with two conditions: one to wait for work, and one to wait until there is nothing to do.
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

/// What tasks do with conditions. Every [`Condition`] can do it; what is written another way
/// brings its own.
pub(crate) trait Rounds: Send + Sync + 'static {
    fn new() -> Self;

    /// Takes every other turn: the even ones or the odd ones.
    fn take_turns(&self, odd: bool, times: u64) -> impl Future<Output = ()> + Send;
    /// How many turns were taken.
    fn turns(&self) -> impl Future<Output = u64> + Send;

    /// Puts the item into the buffer as often, whenever one of its places is free.
    fn produce(&self, item: u64, times: u64, places: usize) -> impl Future<Output = ()> + Send;
    /// Takes as many items out of the buffer and gives their sum.
    fn consume(&self, times: u64) -> impl Future<Output = u64> + Send;

    /// Lets all `followers` go on together, as often, when all of them wait.
    fn lead(&self, followers: u64, times: u64) -> impl Future<Output = ()> + Send;
    /// Waits to be let go on, as often. There are so many `followers`.
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

/// A condition variable apart from its mutex, as most peers have it. Two of them with a mutex are a
/// [`Condition`].
pub(crate) trait Condvar: Send + Sync + 'static {
    type Mutex: Send + Sync;
    type Guard<'a>: DerefMut<Target = State> + Send;

    fn new() -> Self;
    fn mutex() -> Self::Mutex;
    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::Guard<'_>> + Send;
    /// Gives the guard up, waits to be notified, and locks the mutex again.
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

    /// How large the future is that waits.
    fn future_size(&self) -> usize {
        size_of_val(&self.wait())
    }
}

/// Counts permits.
pub(crate) trait Semaphore: Send + Sync + 'static {
    type Permit<'a>: Send
    where
        Self: 'a;

    fn new(permits: usize) -> Self;
    fn available(&self) -> usize;
    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send;

    /// How large the library's future is, without what is put around it here.
    fn future_size(&self) -> usize {
        size_of_val(&self.acquire())
    }
}

/// A semaphore that gives several permits at once.
pub(crate) trait ManySemaphore: Semaphore {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send;
}

/// Lets parties go on together.
pub(crate) trait Barrier: Send + Sync + 'static {
    fn new(parties: usize) -> Self;
    /// Gives whether this party leads the round: one of them does.
    fn wait(&self) -> impl Future<Output = bool> + Send;
    /// How large the library's future is, without what is put around it here.
    fn future_size(&self) -> usize;
}
