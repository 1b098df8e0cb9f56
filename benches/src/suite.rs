//! Peers, and the cases that they register.

use std::time::Duration;

use clap::Args;

use crate::scenarios::{barrier, condition, event, lock, semaphore};
use crate::traits::{
    Barrier, Condition, Event, Lock, LongSections, ManySemaphore, Rounds, Sections, Semaphore,
    Shared,
};

/// The base of all ratios.
pub(crate) const BASE: &str = "tokio";

/// A library that is measured, in one of the ways to use it.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Its name in `Cargo.lock`, if it is a package.
    pub(crate) package: &'static str,
    pub(crate) order: Order,
    /// Whether a waiter may be dropped at any time without harm to others.
    pub(crate) cancel_safe: bool,
    /// Another peer to compare it to, besides the base.
    pub(crate) beside: Option<&'static str>,
    /// Scenarios, by prefix, that this peer can't take part in, and why.
    pub(crate) absent: &'static [(&'static str, &'static str)],
}

impl Peer {
    pub(crate) const fn new(name: &'static str, package: &'static str, order: Order) -> Self {
        Self { name, package, order, cancel_safe: true, beside: None, absent: &[] }
    }

    /// The version that is measured.
    pub(crate) fn version(&self) -> Option<&'static str> {
        let package = format!("name = \"{}\"\nversion = \"", self.package);
        // The last match, should others need an older one.
        let (_, rest) = include_str!("../../Cargo.lock").rsplit_once(&package)?;
        rest.split('"').next()
    }
}

/// In which order waiters acquire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// FIFO.
    Fifo,
    /// Newcomers may barge.
    Barging,
    /// A bound, not a peer: it can't wait, or is single-threaded.
    Bound,
}

/// The result of one batch.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) elapsed: Duration,
    pub(crate) ops: u64,
    /// Proportional to the repetitions, and equal for all peers that did the same work.
    pub(crate) checksum: u64,
}

/// One scenario of one peer.
pub(crate) struct Case {
    pub(crate) scenario: String,
    pub(crate) peer: &'static Peer,
    pub(crate) work: Work,
}

/// The kind of measurement.
pub(crate) enum Work {
    /// Time: does the work the given number of times.
    Timed(Box<dyn Fn(u64) -> Batch>),
    /// Fairness: returns the number of turns of each task in the given time.
    Shared(Box<dyn Fn(Duration) -> Vec<u64>>),
}

/// All cases, in the order in which they are reported.
#[derive(Default)]
pub(crate) struct Suite {
    pub(crate) cases: Vec<Case>,
    pub(crate) sizes: Vec<Sizes>,
}

/// The size of a peer's primitive in bytes.
pub(crate) struct Sizes {
    pub(crate) peer: &'static Peer,
    pub(crate) primitive: &'static str,
    pub(crate) own: usize,
    pub(crate) guard: Option<usize>,
    pub(crate) future: usize,
}

/// A selection of cases.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// Only scenarios whose names begin with this
    #[arg(long, default_value = "")]
    pub(crate) scenario: String,
    /// Only these peers, and tokio
    #[arg(long, value_delimiter = ',')]
    pub(crate) peers: Vec<String>,
}

/// Registers the cases of one peer.
pub(crate) struct Entry<'a> {
    suite: &'a mut Suite,
    peer: &'static Peer,
}

impl Suite {
    /// The selected cases of each scenario.
    pub(crate) fn choose(&self, choice: &Choice) -> Result<Vec<(&str, Vec<&Case>)>, String> {
        let Choice { scenario, peers } = choice;
        if let Some(peer) = peers.iter().find(|peer| !self.names().contains(&peer.as_str())) {
            return Err(format!("{peer} is not one of the peers: {}", self.names().join(", ")));
        }
        let mut scenarios: Vec<(&str, Vec<&Case>)> = Vec::new();
        for case in self.cases.iter().filter(|case| case.scenario.starts_with(scenario)) {
            if !choice.includes(case.peer) {
                continue;
            }
            match scenarios.iter_mut().find(|(name, _)| *name == case.scenario) {
                Some((_, cases)) => cases.push(case),
                None => scenarios.push((&case.scenario, vec![case])),
            }
        }
        if scenarios.is_empty() {
            return Err(format!("no scenario begins with {scenario}"));
        }
        scenarios.sort_by_key(|(name, _)| name.starts_with("scaling/"));
        Ok(scenarios)
    }

    /// The names of all peers.
    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.cases.iter().map(|case| case.peer.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(crate) fn peer(&mut self, peer: &'static Peer) -> Entry<'_> {
        Entry { suite: self, peer }
    }
}

impl Choice {
    pub(crate) fn includes(&self, peer: &Peer) -> bool {
        self.peers.is_empty()
            || peer.name == BASE
            || self.peers.iter().any(|name| name == peer.name)
    }
}

impl Entry<'_> {
    pub(crate) fn timed(
        &mut self,
        scenario: impl Into<String>,
        run: impl Fn(u64) -> Batch + 'static,
    ) {
        self.add(scenario.into(), Work::Timed(Box::new(run)));
    }

    pub(crate) fn shared(
        &mut self,
        scenario: impl Into<String>,
        run: impl Fn(Duration) -> Vec<u64> + 'static,
    ) {
        self.add(scenario.into(), Work::Shared(Box::new(run)));
    }

    /// Adds a case, unless the peer can't take part.
    fn add(&mut self, scenario: String, work: Work) {
        let Self { suite, peer } = self;
        if !peer.absent.iter().any(|(prefix, _)| scenario.starts_with(prefix)) {
            suite.cases.push(Case { scenario, peer, work });
        }
    }

    fn sizes(&mut self, primitive: &'static str, own: usize, guard: Option<usize>, future: usize) {
        self.suite.sizes.push(Sizes { peer: self.peer, primitive, own, guard, future });
    }

    pub(crate) fn lock<L: Lock + Shared>(self) -> Self {
        let mut entry = self.lock_on_one_thread::<L>();
        let future = size_of_val(&<L as Lock>::new().lock());
        entry.sizes("lock", L::SIZE, Some(size_of::<L::Guard<'_>>()), future);
        lock::contended_long_sections::<L>(&mut entry);
        entry.contended_sections::<L>()
    }

    pub(crate) fn lock_on_one_thread<L: Lock>(mut self) -> Self {
        lock::queued::<L>(&mut self);
        lock::long_sections::<L>(&mut self);
        self.sections::<L>()
    }

    pub(crate) fn sections<S: Sections>(mut self) -> Self {
        lock::sections::<S>(&mut self);
        self
    }

    pub(crate) fn contended_sections<S: Sections + Shared>(mut self) -> Self {
        lock::contended_sections::<S>(&mut self);
        self
    }

    pub(crate) fn long_sections<S: LongSections + Shared>(mut self) -> Self {
        lock::long_sections::<S>(&mut self);
        lock::contended_long_sections::<S>(&mut self);
        self.sections::<S>().contended_sections::<S>()
    }

    pub(crate) fn condition<C: Condition + Shared>(self) -> Self {
        let mut entry = self.condition_on_one_thread::<C>();
        condition::contended_rounds::<C>(&mut entry);
        entry
    }

    pub(crate) fn condition_on_one_thread<C: Condition>(mut self) -> Self {
        condition::rounds::<C>(&mut self);
        condition::queued::<C>(&mut self);
        self
    }

    pub(crate) fn rounds<R: Rounds + Shared>(mut self) -> Self {
        condition::rounds::<R>(&mut self);
        condition::contended_rounds::<R>(&mut self);
        self
    }

    pub(crate) fn event<E: Event + Shared>(self) -> Self {
        let mut entry = self.event_on_one_thread::<E>();
        entry.sizes("event", size_of::<E>(), None, E::new().future_size());
        event::contended_events::<E>(&mut entry);
        entry
    }

    pub(crate) fn event_on_one_thread<E: Event>(mut self) -> Self {
        event::events::<E>(&mut self);
        self
    }

    pub(crate) fn semaphore<S: Semaphore + Shared>(mut self) -> Self {
        semaphore::semaphores::<S>(&mut self);
        semaphore::contended_semaphores::<S>(&mut self);
        let permit = size_of::<S::Permit<'_>>();
        self.sizes("semaphore", size_of::<S>(), Some(permit), S::new(1).future_size());
        self
    }

    pub(crate) fn many_semaphore<S: ManySemaphore + Shared>(mut self) -> Self {
        semaphore::many_semaphores::<S>(&mut self);
        self.semaphore::<S>()
    }

    pub(crate) fn many_semaphore_on_one_thread<S: ManySemaphore>(mut self) -> Self {
        semaphore::many_semaphores::<S>(&mut self);
        semaphore::semaphores::<S>(&mut self);
        self
    }

    pub(crate) fn barrier<B: Barrier + Shared>(self) -> Self {
        let mut entry = self.barrier_on_one_thread::<B>();
        entry.sizes("barrier", size_of::<B>(), None, B::new(1).future_size());
        barrier::contended_barriers::<B>(&mut entry);
        entry
    }

    pub(crate) fn barrier_on_one_thread<B: Barrier>(mut self) -> Self {
        barrier::barriers::<B>(&mut self);
        self
    }
}
