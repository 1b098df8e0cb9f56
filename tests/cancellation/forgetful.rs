//! Tasks that set futures aside and come back to them, or not, at random.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use underlock::{BoundedSemaphore, Lock, Semaphore};

use super::set_aside::Bell;
use crate::support::{BoxFuture, Dice};

/// A task with futures it has set aside, and one it awaits.
struct Forgetful<'a, P> {
    aside: Vec<BoxFuture<'a, P>>,
    awaited: Option<BoxFuture<'a, P>>,
    held: Option<P>,
    bell: Arc<Bell>,
}

impl<'a, P> Forgetful<'a, P> {
    fn new() -> Self {
        Self { aside: Vec::new(), awaited: None, held: None, bell: Arc::default() }
    }

    fn begin(&mut self, future: BoxFuture<'a, P>) {
        self.aside.extend(self.awaited.take());
        self.awaited = Some(future);
        self.poll();
    }

    fn poll(&mut self) {
        self.bell.was_rung();
        let waker = Waker::from(self.bell.clone());
        let Some(awaited) = &mut self.awaited else { return };
        if let Poll::Ready(output) = awaited.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.held = Some(output);
            self.awaited = None;
        }
    }

    fn poll_if_woken(&mut self) {
        if self.bell.was_rung() {
            self.poll();
        }
    }
}

/// Tasks that set futures aside and drop them at random. Whenever all release what they hold, all
/// get what they await: none waits for what only itself could collect.
fn nobody_waits_for_itself<'a, P>(
    seed: u64,
    most: usize,
    acquire: impl Fn(usize) -> BoxFuture<'a, P>,
) {
    let mut dice = Dice::new(seed);
    let mut tasks: Vec<_> = (0..3).map(|_| Forgetful::new()).collect();
    for _ in 0..200 {
        let task = dice.roll(tasks.len());
        let task = &mut tasks[task];
        match dice.roll(8) {
            0 | 1 if task.held.is_none() && task.aside.len() < 4 => {
                task.begin(acquire(1 + dice.roll(most)));
            }
            2 | 3 => task.held = None,
            4 => task.poll(),
            5 if !task.aside.is_empty() => {
                let place = dice.roll(task.aside.len());
                drop(task.aside.swap_remove(place));
            }
            // Awaits again what it had set aside.
            6 if task.held.is_none() && !task.aside.is_empty() => {
                let place = dice.roll(task.aside.len());
                let again = task.aside.swap_remove(place);
                task.begin(again);
            }
            7 if dice.one_in(8) => all_finish(&mut tasks, &mut dice, seed),
            _ => task.poll_if_woken(),
        }
    }
    all_finish(&mut tasks, &mut dice, seed);
}

fn all_finish<P>(tasks: &mut [Forgetful<'_, P>], dice: &mut Dice, seed: u64) {
    // Each turn somebody has what it awaited, until nobody awaits anything.
    for _ in 0..10 {
        for task in &mut *tasks {
            task.held = None;
            // One that awaits nothing would keep what it is given.
            if task.awaited.is_none() {
                task.aside.clear();
            }
        }
        for _ in 0..=tasks.len() {
            let first = dice.roll(tasks.len());
            for place in 0..tasks.len() {
                tasks[(first + place) % tasks.len()].poll_if_woken();
            }
        }
    }
    for task in tasks {
        assert!(task.awaited.is_none(), "a task waits for itself, seed {seed}");
        task.held = None;
        task.aside.clear();
    }
}

#[test]
fn lock_at_random() {
    for seed in 0..1000 {
        let lock = Lock::new(());
        nobody_waits_for_itself(seed, 1, |_| Box::pin(lock.acquire()));
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}

#[test]
fn semaphore_at_random() {
    for seed in 0..1000 {
        let semaphore = Semaphore::new(3);
        nobody_waits_for_itself(seed, 3, |n| Box::pin(semaphore.acquire_many(n)));
        assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 3, waiters: 0 }");
    }
}

#[test]
fn bounded_semaphore_at_random() {
    for seed in 0..1000 {
        let semaphore = BoundedSemaphore::new(2);
        nobody_waits_for_itself(seed, 2, |n| Box::pin(semaphore.acquire_many(n)));
        assert_eq!(format!("{semaphore:?}"), "BoundedSemaphore { permits: 2/2, waiters: 0 }");
    }
}
