//! Semaphores against a reference model: random sequences of acquire, release, split, merge, forget
//! and cancel neither lose nor create permits, and waiters are served in FIFO order.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::task::Poll;

use underlock::{BoundedSemaphore, Permit, PermitSource, Semaphore};

use crate::support::{BoxFuture, Dice, Polled};

const PERMITS: usize = 5;
/// The largest request.
const MOST: usize = 4;

trait Permits: PermitSource + Debug + Sized {
    fn acquire_many(&self, n: usize) -> BoxFuture<'_, Permit<'_, Self>>;
    fn try_acquire_many(&self, n: usize) -> Option<Permit<'_, Self>>;
    fn available_permits(&self) -> usize;
    fn is_locked(&self) -> bool;
    /// Adds permits without holding one, if the semaphore allows it.
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

/// The reference model of a semaphore.
#[derive(Debug)]
struct Model {
    free: usize,
    /// Waiters by name, in FIFO order, each with the number of permits that it misses.
    queue: VecDeque<(usize, usize)>,
    granted: Vec<usize>,
    /// Permits held in excess of the limit.
    owed: usize,
}

impl Model {
    /// Whether `who` is granted `n` permits without waiting; if not, it is queued.
    fn acquire(&mut self, who: usize, n: usize) -> bool {
        if self.can_have(n) {
            self.free -= n;
            return true;
        }
        self.queue.push_back((who, n - self.free));
        self.free = 0;
        false
    }

    fn can_have(&self, n: usize) -> bool {
        n == 0 || self.queue.is_empty() && self.free >= n
    }

    fn grant(&mut self, mut n: usize) {
        let paid = self.owed.min(n);
        self.owed -= paid;
        n -= paid;
        while let Some((who, missing)) = self.queue.front_mut() {
            if *missing > n {
                *missing -= n;
                return;
            }
            n -= *missing;
            self.granted.push(*who);
            self.queue.pop_front();
        }
        self.free += n;
    }

    /// Takes away what is free, then what the first waiter has of what it wants, and owes the rest.
    fn take_away(&mut self, n: usize, wanted_by_first: Option<usize>) {
        let free = self.free.min(n);
        self.free -= free;
        self.owed += n - free;
        if let (Some((_, missing)), Some(wanted)) = (self.queue.front_mut(), wanted_by_first) {
            let part = self.owed.min(wanted - *missing);
            *missing += part;
            self.owed -= part;
        }
    }

    fn cancel(&mut self, who: usize, wanted: usize) {
        if let Some(place) = self.queue.iter().position(|(other, _)| *other == who) {
            let (_, missing) = self.queue.remove(place).expect("position is in bounds");
            self.grant(wanted - missing);
        } else {
            self.collect(who);
            self.grant(wanted);
        }
    }

    fn collect(&mut self, who: usize) {
        self.granted.retain(|other| *other != who);
    }
}

/// A semaphore and its model side by side.
struct Both<'a, S: PermitSource> {
    semaphore: &'a S,
    model: Model,
    waiting: Vec<(usize, usize, Polled<'a, Permit<'a, S>>)>,
    held: Vec<(usize, Permit<'a, S>)>,
    /// All permits, held or free.
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
                assert!(at_once, "acquired {n} permits that the model does not grant");
                self.held.push((n, permit));
            }
            Poll::Pending => {
                assert!(!at_once, "waits for {n} permits that the model grants");
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
        let granted = self.model.granted.contains(who);
        let outcome = if elsewhere { polled.poll_elsewhere() } else { polled.poll() };
        assert_eq!(outcome.is_ready(), granted);
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
        self.model.grant(n);
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
            self.model.grant(n - self.total);
        } else {
            let first = self.model.queue.front().map(|(who, _)| *who);
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
            self.model.grant(n);
        }
    }

    #[track_caller]
    fn check(&self) {
        let Self { semaphore, model, waiting, held, .. } = self;
        assert_eq!(semaphore.available_permits(), model.free, "{model:?}");
        assert_eq!(semaphore.is_locked(), model.free == 0, "{model:?}");
        for (who, _, polled) in waiting {
            assert_eq!(polled.is_woken(), model.granted.contains(who), "{who}: {model:?}");
        }
        let waiters = format!("waiters: {} }}", model.queue.len());
        assert!(format!("{semaphore:?}").ends_with(&waiters), "{semaphore:?}: {model:?}");

        let held: usize = held.iter().map(|(n, _)| n).sum();
        let wanted: usize = waiting.iter().map(|(_, n, _)| n).sum();
        let missing: usize = model.queue.iter().map(|(_, missing)| missing).sum();
        assert_eq!(held + wanted - missing + model.free, self.total + model.owed);
    }
}

fn check_against_model(semaphore: &impl Permits, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut both = Both {
        semaphore,
        model: Model { free: PERMITS, queue: VecDeque::new(), granted: Vec::new(), owed: 0 },
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
                // Forgets only permits that can be added again.
                if semaphore.add(0) {
                    both.forget(place);
                }
            }
            13 if both.total < 2 * PERMITS => {
                let n = dice.roll(4);
                if semaphore.add(n) {
                    both.total += n;
                    both.model.grant(n);
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
fn semaphore_matches_the_model() {
    for seed in 0..500 {
        check_against_model(&Semaphore::new(PERMITS), seed);
    }
}

#[test]
fn bounded_semaphore_matches_the_model() {
    for seed in 0..500 {
        let semaphore = BoundedSemaphore::new(PERMITS);
        check_against_model(&semaphore, seed);
        assert_eq!(semaphore.available_permits(), semaphore.limit());
    }
}

#[test]
fn one_release_wakes_many() {
    let semaphore = Semaphore::new(0);
    let mut waiting: Vec<_> = (0..100).map(|_| Polled::blocked(semaphore.acquire())).collect();
    semaphore.release_many(99);
    let last = waiting.pop().expect("100 waiters");
    for waiter in &mut waiting {
        waiter.must_go_on().forget();
    }
    assert!(!last.is_woken());
    last.cancel();
    assert_eq!(semaphore.available_permits(), 0);
}

/// A request that can never be granted would hang, and block the whole queue.
#[test]
#[should_panic(expected = "no semaphore has that many permits")]
fn more_than_any_semaphore_has() {
    drop(Semaphore::new(5).acquire_many(Semaphore::MAX_PERMITS + 1));
}
