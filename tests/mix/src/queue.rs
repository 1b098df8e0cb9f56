//! The order of arrival and service, observed from outside, for engines that can see it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// The order that a queue guarantees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// FIFO: a task that is served finds none that was queued before it arrived.
    Fifo,
    /// FIFO grants, which may be collected in any order: waiters queued before a task that is
    /// served have been granted theirs, even if they have not been polled since.
    FifoGrants,
    /// All waiters are released by a [broadcast](ObservedQueue::broadcast).
    Broadcast,
}

/// A queue as its tasks see it. Order is checked between tasks, not between futures of one task,
/// which may take over from each other.
pub(crate) struct ObservedQueue {
    order: Order,
    state: Option<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: u64,
    who: usize,
    wanted: usize,
    /// When it arrived, or earlier.
    came: u64,
    /// When it was queued, or later; `None` if it may not be queued.
    queued: Option<u64>,
    /// The condition that it waits for.
    side: Option<usize>,
    /// It has been granted or notified.
    due: bool,
}

// === impl ObservedQueue ===

impl ObservedQueue {
    pub(crate) fn new(order: Order, observed: bool) -> Self {
        Self { order, state: observed.then(Mutex::default) }
    }

    /// `None` if the queue is not observed.
    fn with<R>(&self, look: impl FnOnce(&mut State) -> R) -> Option<R> {
        let mut state = self.state.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        state.now += 1;
        Some(look(&mut state))
    }

    pub(crate) fn now(&self) -> u64 {
        self.with(|state| state.now).unwrap_or(0)
    }

    /// `who` arrived at `came` and was served without waiting.
    pub(crate) fn took(&self, who: usize, came: u64) {
        let overtaken = self.with(|state| state.overtaken(self.order, who, came)).flatten();
        assert!(overtaken.is_none(), "task {who} has overtaken task {overtaken:?}");
    }

    /// Releases every task that was queued at `before`.
    pub(crate) fn broadcast(&self, before: u64) {
        self.with(|state| {
            for entry in &mut state.entries {
                entry.due |= entry.queued.is_some_and(|queued| queued < before);
            }
        });
    }

    /// All waiters of the condition are notified, by a task that holds the lock.
    pub(crate) fn notify_all(&self, side: usize) {
        self.with(|state| {
            for entry in &mut state.entries {
                entry.due |= entry.side == Some(side);
            }
        });
    }

    /// The number of waiters.
    pub(crate) fn waiting(&self) -> Option<usize> {
        self.with(|state| state.entries.len())
    }

    /// Whether a task waits for the condition.
    pub(crate) fn has_waiter_of(&self, side: usize) -> bool {
        self.with(|state| state.entries.iter().any(|entry| entry.side == Some(side)))
            .unwrap_or(false)
    }

    /// Called when no task is runnable: checks that none should be. `enough` tells whether a
    /// request of this size could be granted.
    pub(crate) fn check_idle(&self, enough: impl Fn(usize) -> bool) {
        let stranded = self.with(|state| {
            if let Some(due) = state.entries.iter().find(|entry| entry.due) {
                return Some(due.who);
            }
            let firsts = state.candidates_for_head();
            let granted = !firsts.is_empty() && firsts.iter().all(|first| enough(first.wanted));
            (self.order == Order::FifoGrants && granted).then(|| firsts[0].who)
        });
        if let Some(who) = stranded.flatten() {
            panic!("lost wake-up of task {who}");
        }
    }

    fn join(&self, who: usize, wanted: usize, came: u64, manner: Manner) -> Option<u64> {
        self.with(|state| {
            let name = state.now;
            let (queued, side) = match manner {
                Manner::Acquires => (Some(name), None),
                Manner::Waits { side, .. } => (None, Some(side)),
            };
            if self.order == Order::FifoGrants {
                // The newcomer may take over from its siblings, which are then queued behind it.
                for other in state.entries.iter_mut().filter(|other| other.who == who) {
                    other.due = false;
                    other.queued = None;
                }
            }
            state.entries.push(Entry { name, who, wanted, came, queued, side, due: false });
            name
        })
    }

    /// Notified and polled since, it found the lock taken.
    fn requeue(&self, name: u64) {
        self.with(|state| {
            let now = state.now;
            let entry = state.entries.iter_mut().find(|entry| entry.name == name);
            entry.map(|entry| entry.queued.get_or_insert(now));
        });
    }

    fn is_due(&self, name: u64) -> bool {
        self.with(|state| state.entries.iter().any(|entry| entry.name == name && entry.due))
            .unwrap_or(false)
    }

    fn serve(&self, name: u64) {
        let entry = self.with(|state| state.remove(name)).flatten();
        if let Some(Entry { who, came, queued, .. }) = entry {
            self.took(who, came);
            self.with(|state| state.perhaps_taken_over(self.order, who, came, queued));
        }
    }

    /// Reacquired the lock, and waits for its condition again.
    fn looked(&self, name: u64) {
        self.with(|state| {
            let entry = state.entries.iter().find(|entry| entry.name == name);
            if let Some(&Entry { who, came, queued, .. }) = entry {
                state.perhaps_taken_over(self.order, who, came, queued);
            }
        });
    }

    fn cancel(&self, name: u64) {
        self.with(|state| {
            let Some(cancelled) = state.remove(name) else { return };
            for other in state.entries.iter_mut().filter(|entry| entry.who == cancelled.who) {
                // It may have taken over from the cancelled future, in that one's position.
                other.came = other.came.min(cancelled.came);
            }
        });
    }
}

impl State {
    fn remove(&mut self, name: u64) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.name == name)?;
        Some(self.entries.swap_remove(place))
    }

    /// `who`, who arrived at `came`, is served. Returns a task that it has overtaken.
    fn overtaken(&mut self, order: Order, who: usize, came: u64) -> Option<usize> {
        let own = self.entries.iter().filter(|entry| entry.who == who);
        let came = own.map(|entry| entry.came).fold(came, u64::min);
        let was_before =
            |entry: &Entry| entry.who != who && entry.queued.is_some_and(|queued| queued < came);
        match order {
            Order::Broadcast => None,
            Order::Fifo => {
                self.entries.iter().find(|entry| was_before(entry)).map(|entry| entry.who)
            }
            Order::FifoGrants => {
                for place in 0..self.entries.len() {
                    let entry = &self.entries[place];
                    let alone = self.entries.iter().filter(|other| other.who == entry.who).count();
                    if was_before(entry) && alone == 1 {
                        self.entries[place].due = true;
                    }
                }
                None
            }
        }
    }

    /// A future of `who` acquired the lock. If a sibling was ahead, the lock may have been taken over from
    /// it: it has this future's position now.
    fn perhaps_taken_over(&mut self, order: Order, who: usize, came: u64, queued: Option<u64>) {
        let earlier = |entry: &&mut Entry| {
            let is_earlier = queued.is_none_or(|queued| entry.queued < Some(queued));
            entry.who == who && entry.queued.is_some() && is_earlier
        };
        let other = self.entries.iter_mut().filter(earlier).min_by_key(|entry| entry.queued);
        if let Some(other) = other.filter(|_| order == Order::Fifo) {
            (other.came, other.queued) = (came, queued);
        }
    }

    /// The candidates for the head of the queue: futures that arrived before any other was queued,
    /// and their siblings.
    fn candidates_for_head(&self) -> Vec<&Entry> {
        let since = self.entries.iter().filter_map(|entry| entry.queued).min();
        let is_early = |entry: &&Entry| since.is_some_and(|since| entry.came <= since);
        let early: Vec<_> = self.entries.iter().filter(is_early).map(|entry| entry.who).collect();
        self.entries.iter().filter(|entry| early.contains(&entry.who)).collect()
    }
}

/// A future with its entry in an observed queue.
pub(crate) struct Observed<'w, F> {
    queue: &'w ObservedQueue,
    who: usize,
    wanted: usize,
    manner: Manner,
    name: Option<u64>,
    /// Set when the wait has evaluated its predicate, for which it holds the lock.
    looks: Arc<AtomicBool>,
    future: Pin<Box<F>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Acquires.
    Acquires,
    /// Releases what it holds to wait for a condition. It can be barged until it has been notified
    /// and polled. `once` if it does not wait for the condition again then.
    Waits { side: usize, once: bool },
}

impl<'w, F: Future> Observed<'w, F> {
    pub(crate) fn new(
        queue: &'w ObservedQueue,
        who: usize,
        wanted: usize,
        manner: Manner,
        future: F,
    ) -> Self {
        let looks = Arc::default();
        Self { queue, who, wanted, manner, name: None, looks, future: Box::pin(future) }
    }

    /// For a wait that sets `looks` whenever it holds the lock.
    pub(crate) fn looking(mut self, looks: Arc<AtomicBool>) -> Self {
        self.looks = looks;
        self
    }
}

impl<F: Future> Future for Observed<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { queue, who, wanted, manner, .. } = *self;
        let came = queue.now();
        let due = self.name.is_some_and(|name| queue.is_due(name));
        self.looks.store(false, Ordering::Relaxed);
        let outcome = self.future.as_mut().poll(cx);
        match (&outcome, self.name, manner) {
            (Poll::Ready(_), Some(name), _) => {
                self.name = None;
                queue.serve(name);
            }
            (Poll::Ready(_), None, Manner::Acquires) => queue.took(who, came),
            // It did not have to wait.
            (Poll::Ready(_), None, Manner::Waits { .. }) => {}
            (Poll::Pending, None, _) => self.name = queue.join(who, wanted, came, manner),
            (Poll::Pending, Some(_), Manner::Acquires) => {
                let was_overtaken = due && queue.order == Order::FifoGrants;
                assert!(!was_overtaken, "task {who} was overtaken");
            }
            (Poll::Pending, Some(name), Manner::Waits { once, .. }) => {
                if due && once {
                    queue.requeue(name);
                }
                if self.looks.load(Ordering::Relaxed) {
                    queue.looked(name);
                }
            }
        }
        outcome
    }
}

impl<F> Drop for Observed<'_, F> {
    fn drop(&mut self) {
        // Before the future is dropped, since its grant may be overtaken on right then.
        if let Some(name) = self.name {
            self.queue.cancel(name);
        }
    }
}
