//! Semaphores against a model: whatever is acquired, released, split, merged and cancelled, in
//! whatever order, permits are neither lost nor made, and go to those who have waited longest.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::task::Poll;

use underlock::{BoundedSemaphore, Permit, PermitSource, Semaphore};

use crate::support::{BoxFuture, Dice, Polled};

const PERMITS: usize = 5;
/// The most that are asked for at once.
const MOST: usize = 4;

trait Permits: PermitSource + Debug + Sized {
    fn acquire_many(&self, n: usize) -> BoxFuture<'_, Permit<'_, Self>>;
    fn try_acquire_many(&self, n: usize) -> Option<Permit<'_, Self>>;
    fn available_permits(&self) -> usize;
    fn is_locked(&self) -> bool;
    /// Releases without a permit, if that can be done at all.
    fn add(&self, n: usize) -> bool;
    /// Forgets up to `n` free permits, if that can be done at all.
    fn forget_free(&self, n: usize) -> Option<usize>;
    /// Changes how many there are in all, if that can be done at all.
    fn resize(&self, n: usize) -> bool;
}

impl Permits for Semaphore {
    fn acquire_many(&self, n: usize) -> BoxFuture<'_, Permit<'_, Self>> {
        Box::pin(Semaphore::acquire_many(self, n))
    }

    fn try_acquire_many(&self, n: usize) -> Option<Permit<'_, Self>> {
        Semaphore::try_acquire_many(self, n)
    }

    fn available_permits(&self) -> usize {
        Semaphore::available_permits(self)
    }

    fn is_locked(&self) -> bool {
        Semaphore::is_locked(self)
    }

    fn add(&self, n: usize) -> bool {
        self.release_many(n);
        true
    }

    fn forget_free(&self, n: usize) -> Option<usize> {
        Some(self.forget_permits(n))
    }

    fn resize(&self, _: usize) -> bool {
        false
    }
}

impl Permits for BoundedSemaphore {
    fn acquire_many(&self, n: usize) -> BoxFuture<'_, Permit<'_, Self>> {
        Box::pin(BoundedSemaphore::acquire_many(self, n))
    }

    fn try_acquire_many(&self, n: usize) -> Option<Permit<'_, Self>> {
        BoundedSemaphore::try_acquire_many(self, n)
    }

    fn available_permits(&self) -> usize {
        BoundedSemaphore::available_permits(self)
    }

    fn is_locked(&self) -> bool {
        BoundedSemaphore::is_locked(self)
    }

    fn add(&self, _: usize) -> bool {
        false
    }

    fn forget_free(&self, _: usize) -> Option<usize> {
        None
    }

    fn resize(&self, n: usize) -> bool {
        BoundedSemaphore::resize(self, n);
        assert_eq!(self.limit(), n);
        true
    }
}

/// What a semaphore is to do, written down plainly.
#[derive(Debug)]
struct Model {
    free: usize,
    /// Who waits, and how many permits each is short of.
    line: VecDeque<(usize, usize)>,
    given: Vec<usize>,
    /// How many more there are than there should be.
    owed: usize,
}

impl Model {
    /// Whether `who` has `n` permits at once; in line otherwise.
    fn acquire(&mut self, who: usize, n: usize) -> bool {
        if self.can_have(n) {
            self.free -= n;
            return true;
        }
        self.line.push_back((who, n - self.free));
        self.free = 0;
        false
    }

    fn can_have(&self, n: usize) -> bool {
        n == 0 || self.line.is_empty() && self.free >= n
    }

    fn give(&mut self, mut n: usize) {
        let paid = self.owed.min(n);
        self.owed -= paid;
        n -= paid;
        while let Some((who, missing)) = self.line.front_mut() {
            if *missing > n {
                *missing -= n;
                return;
            }
            n -= *missing;
            self.given.push(*who);
            self.line.pop_front();
        }
        self.free += n;
    }

    /// Takes away what is free, then what the first in line has of what it wants, and owes the rest.
    fn take_away(&mut self, n: usize, wanted_by_first: Option<usize>) {
        let free = self.free.min(n);
        self.free -= free;
        self.owed += n - free;
        if let (Some((_, missing)), Some(wanted)) = (self.line.front_mut(), wanted_by_first) {
            let part = self.owed.min(wanted - *missing);
            *missing += part;
            self.owed -= part;
        }
    }

    fn cancel(&mut self, who: usize, wanted: usize) {
        if let Some(place) = self.line.iter().position(|(other, _)| *other == who) {
            let (_, missing) = self.line.remove(place).expect("it is there");
            self.give(wanted - missing);
        } else {
            self.collect(who);
            self.give(wanted);
        }
    }

    fn collect(&mut self, who: usize) {
        self.given.retain(|other| *other != who);
    }
}

/// A semaphore and its model side by side.
struct Both<'a, S: PermitSource> {
    semaphore: &'a S,
    model: Model,
    waiting: Vec<(usize, usize, Polled<'a, Permit<'a, S>>)>,
    held: Vec<(usize, Permit<'a, S>)>,
    /// Permits there are in all.
    total: usize,
    names: usize,
}

impl<S: Permits> Both<'_, S> {
    fn acquire(&mut self, n: usize) {
        self.names += 1;
        let who = self.names;
        let mut polled = Polled::new(self.semaphore.acquire_many(n));
        let at_once = self.model.acquire(who, n);
        match polled.poll() {
            Poll::Ready(permit) => {
                assert!(at_once, "{n} permits, and nobody is passed");
                self.held.push((n, permit));
            }
            Poll::Pending => {
                assert!(!at_once, "there are {n} permits and nobody waits");
                self.waiting.push((who, n, polled));
            }
        }
    }

    fn try_acquire(&mut self, n: usize) {
        let permit = self.semaphore.try_acquire_many(n);
        assert_eq!(permit.is_some(), self.model.can_have(n));
        if let Some(permit) = permit {
            self.model.free -= n;
            self.held.push((n, permit));
        }
    }

    fn poll(&mut self, place: usize, elsewhere: bool) {
        let (who, n, polled) = &mut self.waiting[place];
        let given = self.model.given.contains(who);
        let outcome = if elsewhere { polled.poll_elsewhere() } else { polled.poll() };
        assert_eq!(outcome.is_ready(), given);
        if let Poll::Ready(permit) = outcome {
            self.model.collect(*who);
            self.held.push((*n, permit));
            self.waiting.swap_remove(place);
        }
    }

    fn cancel(&mut self, place: usize) {
        let (who, n, polled) = self.waiting.swap_remove(place);
        polled.cancel();
        self.model.cancel(who, n);
    }

    fn release(&mut self, place: usize) {
        let (n, permit) = self.held.swap_remove(place);
        permit.release();
        self.model.give(n);
    }

    fn forget(&mut self, place: usize) {
        let (n, permit) = self.held.swap_remove(place);
        permit.forget();
        self.total -= n;
    }

    fn forget_free(&mut self, n: usize) {
        if let Some(forgotten) = self.semaphore.forget_free(n) {
            assert_eq!(forgotten, n.min(self.model.free));
            self.model.free -= forgotten;
            self.total -= forgotten;
        }
    }

    fn resize(&mut self, n: usize) {
        if !self.semaphore.resize(n) {
            return;
        }
        if n > self.total {
            self.model.give(n - self.total);
        } else {
            let first = self.model.line.front().map(|(who, _)| *who);
            let first = self.waiting.iter().find(|(who, ..)| Some(*who) == first);
            self.model.take_away(self.total - n, first.map(|(_, wanted, _)| *wanted));
        }
        self.total = n;
    }

    fn split(&mut self, place: usize, n: usize) {
        let (had, permit) = &mut self.held[place];
        let split = permit.split(n);
        assert_eq!(split.is_some(), n <= *had);
        if let Some(split) = split {
            *had -= n;
            self.held.push((n, split));
        }
    }

    fn merge(&mut self, place: usize) {
        let (n, permit) = self.held.swap_remove(place);
        if let Some((had, other)) = self.held.first_mut() {
            assert!(other.merge(permit).is_ok());
            *had += n;
        } else {
            permit.release();
            self.model.give(n);
        }
    }

    #[track_caller]
    fn check(&self) {
        let Self { semaphore, model, waiting, held, .. } = self;
        assert_eq!(semaphore.available_permits(), model.free, "{model:?}");
        assert_eq!(semaphore.is_locked(), model.free == 0, "{model:?}");
        for (who, _, polled) in waiting {
            assert_eq!(polled.is_woken(), model.given.contains(who), "{who}: {model:?}");
        }
        let waiters = format!("waiters: {} }}", model.line.len());
        assert!(format!("{semaphore:?}").ends_with(&waiters), "{semaphore:?}: {model:?}");

        let held: usize = held.iter().map(|(n, _)| n).sum();
        let wanted: usize = waiting.iter().map(|(_, n, _)| n).sum();
        let missing: usize = model.line.iter().map(|(_, missing)| missing).sum();
        assert_eq!(held + wanted - missing + model.free, self.total + model.owed);
    }
}

fn as_the_model(semaphore: &impl Permits, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut both = Both {
        semaphore,
        model: Model { free: PERMITS, line: VecDeque::new(), given: Vec::new(), owed: 0 },
        waiting: Vec::new(),
        held: Vec::new(),
        total: PERMITS,
        names: 0,
    };
    for _ in 0..300 {
        let held = both.held.len();
        let waiting = both.waiting.len();
        match dice.roll(18) {
            0..=3 if waiting < 10 => both.acquire(dice.roll(MOST + 1)),
            4 => both.try_acquire(dice.roll(MOST + 1)),
            5 | 6 if waiting > 0 => both.poll(dice.roll(waiting), dice.one_in(3)),
            7 | 8 if waiting > 0 => both.cancel(dice.roll(waiting)),
            9..=11 if held > 0 => both.release(dice.roll(held)),
            12 if held > 0 && both.total > MOST => {
                let place = dice.roll(held);
                // What was forgotten must be possible to add again.
                if semaphore.add(0) {
                    both.forget(place);
                }
            }
            13 if both.total < 2 * PERMITS => {
                let n = dice.roll(4);
                if semaphore.add(n) {
                    both.total += n;
                    both.model.give(n);
                }
            }
            14 if held > 0 => both.split(dice.roll(held), dice.roll(MOST)),
            15 if held > 0 => both.merge(dice.roll(held)),
            16 if both.total > MOST => both.forget_free(dice.roll(3)),
            17 => both.resize(dice.roll(2 * PERMITS)),
            _ => {}
        }
        both.check();
    }
    while let Some(place) = both.waiting.len().checked_sub(1) {
        both.cancel(place);
        both.check();
    }
    while let Some(place) = both.held.len().checked_sub(1) {
        both.release(place);
        both.check();
    }
    assert_eq!(semaphore.available_permits(), both.total);
}

#[test]
fn semaphore_does_as_the_model() {
    for seed in 0..500 {
        as_the_model(&Semaphore::new(PERMITS), seed);
    }
}

#[test]
fn bounded_semaphore_does_as_the_model() {
    for seed in 0..500 {
        let semaphore = BoundedSemaphore::new(PERMITS);
        as_the_model(&semaphore, seed);
        assert_eq!(semaphore.available_permits(), semaphore.limit());
    }
}

#[test]
fn many_are_woken_by_one_release() {
    let semaphore = Semaphore::new(0);
    let mut waiting: Vec<_> = (0..100).map(|_| Polled::blocked(semaphore.acquire())).collect();
    semaphore.release_many(99);
    let last = waiting.pop().expect("there are some");
    for waiter in &mut waiting {
        waiter.must_go_on().forget();
    }
    assert!(!last.is_woken());
    last.cancel();
    assert_eq!(semaphore.available_permits(), 0);
}

/// Waiting for more than there can ever be would be waiting for ever, and keep all others waiting.
#[test]
#[should_panic(expected = "no semaphore has that many permits")]
fn more_than_any_semaphore_has() {
    drop(Semaphore::new(5).acquire_many(Semaphore::MAX_PERMITS + 1));
}
