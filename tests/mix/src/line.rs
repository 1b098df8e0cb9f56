//! Who waits, since when, and who was served: the order of things, for engines that can see it.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

/// What is promised to those who wait in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// One after another: who is served finds nobody in line who queued before it came.
    Strict,
    /// As above, but some are served at once: those who queued before have been given what they
    /// want, if they may not have noticed yet.
    Given,
    /// Whoever is [told](Line::tell) goes on.
    Told,
}

/// A line as its tasks know it. Order is judged between tasks, not between futures of one task,
/// which may take over from one another.
pub(crate) struct Line {
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
    /// When it came, or before that.
    came: u64,
    /// Since when it has been in line, or after that; nothing if it may not be.
    queued: Option<u64>,
    /// The condition that it began to wait for.
    side: Option<usize>,
    /// What it waits for has come, be it a condition's notification.
    due: bool,
}

// === impl Line ===

impl Line {
    pub(crate) fn new(order: Order, observed: bool) -> Self {
        Self { order, state: observed.then(Mutex::default) }
    }

    /// `None` where the line is not observed.
    fn with<R>(&self, look: impl FnOnce(&mut State) -> R) -> Option<R> {
        let mut state = self.state.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        state.now += 1;
        Some(look(&mut state))
    }

    pub(crate) fn now(&self) -> u64 {
        self.with(|state| state.now).unwrap_or(0)
    }

    /// `who` came at `came` and was served at once.
    pub(crate) fn took(&self, who: usize, came: u64) {
        let passed = self.with(|state| state.passed(self.order, who, came)).flatten();
        assert!(passed.is_none(), "task {who} has passed task {passed:?}");
    }

    /// All who were in line at `before` can go on.
    pub(crate) fn tell(&self, before: u64) {
        self.with(|state| {
            for entry in &mut state.entries {
                entry.due |= entry.queued.is_some_and(|queued| queued < before);
            }
        });
    }

    /// All who wait for the condition are notified, by a task that has what the line is for.
    pub(crate) fn notify_all(&self, side: usize) {
        self.with(|state| {
            for entry in &mut state.entries {
                entry.due |= entry.side == Some(side);
            }
        });
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> Option<usize> {
        self.with(|state| state.entries.len())
    }

    /// Whether anybody waits for the condition.
    pub(crate) fn somebody_parks(&self, side: usize) -> bool {
        self.with(|state| state.entries.iter().any(|entry| entry.side == Some(side)))
            .unwrap_or(false)
    }

    /// Nobody can go on: does anybody wait who should not? `enough` tells whether there is what
    /// somebody wants.
    pub(crate) fn check_idle(&self, enough: impl Fn(usize) -> bool) {
        let stranded = self.with(|state| {
            if let Some(due) = state.entries.iter().find(|entry| entry.due) {
                return Some(due.who);
            }
            let firsts = state.perhaps_first();
            let given = !firsts.is_empty() && firsts.iter().all(|first| enough(first.wanted));
            (self.order == Order::Given && given).then(|| firsts[0].who)
        });
        if let Some(who) = stranded.flatten() {
            panic!("task {who} waits for something that there is");
        }
    }

    fn join(&self, who: usize, wanted: usize, came: u64, manner: Manner) -> Option<u64> {
        self.with(|state| {
            let name = state.now;
            let (queued, side) = match manner {
                Manner::Conditions => (Some(name), None),
                Manner::Parks { side, .. } => (None, Some(side)),
            };
            if self.order == Order::Given {
                // The newcomer may take over from the others of its task, which go behind it then.
                for other in state.entries.iter_mut().filter(|other| other.who == who) {
                    other.due = false;
                    other.queued = None;
                }
            }
            state.entries.push(Entry { name, who, wanted, came, queued, side, due: false });
            name
        })
    }

    /// Was notified, and has run since, to find the lock taken.
    fn queue(&self, name: u64) {
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
            if self.order == Order::Strict {
                // If another of its task was before it, perhaps it took the lock over from that one,
                // which has its place now.
                self.with(|state| {
                    let earlier = |entry: &&mut Entry| {
                        let is_earlier = queued.is_none_or(|queued| entry.queued < Some(queued));
                        entry.who == who && entry.queued.is_some() && is_earlier
                    };
                    let other = state.entries.iter_mut().filter(earlier).min_by_key(|e| e.queued);
                    if let Some(other) = other {
                        (other.came, other.queued) = (came, queued);
                    }
                });
            }
        }
    }

    fn leave(&self, name: u64) {
        self.with(|state| {
            let Some(gone) = state.remove(name) else { return };
            for other in state.entries.iter_mut().filter(|entry| entry.who == gone.who) {
                // What it took over from the one that goes it had in that one's place.
                other.came = other.came.min(gone.came);
            }
        });
    }
}

impl State {
    fn remove(&mut self, name: u64) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.name == name)?;
        Some(self.entries.swap_remove(place))
    }

    /// `who`, who came at `came`, is served. Whom it should not have passed.
    fn passed(&mut self, order: Order, who: usize, came: u64) -> Option<usize> {
        let own = self.entries.iter().filter(|entry| entry.who == who);
        let came = own.map(|entry| entry.came).fold(came, u64::min);
        let was_before =
            |entry: &Entry| entry.who != who && entry.queued.is_some_and(|queued| queued < came);
        match order {
            Order::Told => None,
            Order::Strict => {
                self.entries.iter().find(|entry| was_before(entry)).map(|entry| entry.who)
            }
            Order::Given => {
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

    /// Those of whom one is the first in line: it came before any other was there, or its task did.
    fn perhaps_first(&self) -> Vec<&Entry> {
        let since = self.entries.iter().filter_map(|entry| entry.queued).min();
        let is_early = |entry: &&Entry| since.is_some_and(|since| entry.came <= since);
        let early: Vec<_> = self.entries.iter().filter(is_early).map(|entry| entry.who).collect();
        self.entries.iter().filter(|entry| early.contains(&entry.who)).collect()
    }
}

/// A future and its place in a line.
pub(crate) struct Watched<'w, F> {
    line: &'w Line,
    who: usize,
    wanted: usize,
    manner: Manner,
    name: Option<u64>,
    future: Pin<Box<F>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Waits for its turn.
    Conditions,
    /// Had it, and gives it up to wait for a condition. Until it was notified and has run it may be
    /// passed. `once` if it does not go back to wait for the condition then.
    Parks { side: usize, once: bool },
}

impl<'w, F: Future> Watched<'w, F> {
    pub(crate) fn new(
        line: &'w Line,
        who: usize,
        wanted: usize,
        manner: Manner,
        future: F,
    ) -> Self {
        Self { line, who, wanted, manner, name: None, future: Box::pin(future) }
    }
}

impl<F: Future> Future for Watched<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { line, who, wanted, manner, .. } = *self;
        let came = line.now();
        let due = self.name.is_some_and(|name| line.is_due(name));
        let outcome = self.future.as_mut().poll(cx);
        match (&outcome, self.name, manner) {
            (Poll::Ready(_), Some(name), _) => {
                self.name = None;
                line.serve(name);
            }
            (Poll::Ready(_), None, Manner::Conditions) => line.took(who, came),
            // It did not give it up.
            (Poll::Ready(_), None, Manner::Parks { .. }) => {}
            (Poll::Pending, None, _) => self.name = line.join(who, wanted, came, manner),
            (Poll::Pending, Some(_), Manner::Conditions) => {
                let was_passed = due && line.order == Order::Given;
                assert!(!was_passed, "task {who} was passed and has to wait");
            }
            (Poll::Pending, Some(name), Manner::Parks { once, .. }) => {
                if due && once {
                    line.queue(name);
                }
            }
        }
        outcome
    }
}

impl<F> Drop for Watched<'_, F> {
    fn drop(&mut self) {
        // Before the future goes: what it was given may be with the next at once.
        if let Some(name) = self.name {
            self.line.leave(name);
        }
    }
}
