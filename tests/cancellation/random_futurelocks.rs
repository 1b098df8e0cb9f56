//! Random futurelocks: tasks that stop polling some of their futures, resume them or drop them.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use underlock::{BoundedSemaphore, Lock, Semaphore};

use super::futurelock::WakeFlag;
use crate::support::{BoxFuture, Dice};

/// A task with one future that it awaits and others that it no longer polls.
struct TaskWithUnpolledFutures<'a, P> {
    unpolled: Vec<BoxFuture<'a, P>>,
    awaited: Option<BoxFuture<'a, P>>,
    held: Option<P>,
    woken: Arc<WakeFlag>,
}

impl<'a, P> TaskWithUnpolledFutures<'a, P> {
    fn new() -> Self {
        Self { unpolled: Vec::new(), awaited: None, held: None, woken: Arc::default() }
    }

    fn begin(&mut self, future: BoxFuture<'a, P>) {
        self.unpolled.extend(self.awaited.take());
        self.awaited = Some(future);
        self.poll();
    }

    fn poll(&mut self) {
        self.woken.take();
        let waker = Waker::from(self.woken.clone());
        let Some(awaited) = &mut self.awaited else { return };
        if let Poll::Ready(output) = awaited.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.held = Some(output);
            self.awaited = None;
        }
    }

    fn poll_if_woken(&mut self) {
        if self.woken.take() {
            self.poll();
        }
    }
}

/// Tasks acquire, stop polling, resume and drop futures at random. Whenever all guards are released
/// every awaited future completes: no task waits for a grant that only itself could collect.
fn no_task_waits_for_its_own_grant<'a, P>(
    seed: u64,
    most: usize,
    acquire: impl Fn(usize) -> BoxFuture<'a, P>,
) {
    let mut dice = Dice::new(seed);
    let mut tasks: Vec<_> = (0..3).map(|_| TaskWithUnpolledFutures::new()).collect();
    for _ in 0..200 {
        let task = dice.roll(tasks.len());
        let task = &mut tasks[task];
        match dice.roll(8) {
            0 | 1 if task.held.is_none() && task.unpolled.len() < 4 => {
                task.begin(acquire(1 + dice.roll(most)));
            }
            2 | 3 => task.held = None,
            4 => task.poll(),
            5 if !task.unpolled.is_empty() => {
                let place = dice.roll(task.unpolled.len());
                drop(task.unpolled.swap_remove(place));
            }
            // Awaits an unpolled future again.
            6 if task.held.is_none() && !task.unpolled.is_empty() => {
                let place = dice.roll(task.unpolled.len());
                let again = task.unpolled.swap_remove(place);
                task.begin(again);
            }
            7 if dice.one_in(8) => all_complete(&mut tasks, &mut dice, seed),
            _ => task.poll_if_woken(),
        }
    }
    all_complete(&mut tasks, &mut dice, seed);
}

fn all_complete<P>(tasks: &mut [TaskWithUnpolledFutures<'_, P>], dice: &mut Dice, seed: u64) {
    // Each round at least one awaited future completes, until none is left.
    for _ in 0..10 {
        for task in &mut *tasks {
            task.held = None;
            // A task that awaits nothing would keep the grants of its unpolled futures.
            if task.awaited.is_none() {
                task.unpolled.clear();
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
        assert!(task.awaited.is_none(), "futurelock, seed {seed}");
        task.held = None;
        task.unpolled.clear();
    }
}

#[test]
fn lock() {
    for seed in 0..1000 {
        let lock = Lock::new(());
        no_task_waits_for_its_own_grant(seed, 1, |_| Box::pin(lock.acquire()));
        assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");
    }
}

#[test]
fn semaphore() {
    for seed in 0..1000 {
        let semaphore = Semaphore::new(3);
        no_task_waits_for_its_own_grant(seed, 3, |n| Box::pin(semaphore.acquire_many(n)));
        assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 3, waiters: 0 }");
    }
}

#[test]
fn bounded_semaphore() {
    for seed in 0..1000 {
        let semaphore = BoundedSemaphore::new(2);
        no_task_waits_for_its_own_grant(seed, 2, |n| Box::pin(semaphore.acquire_many(n)));
        assert_eq!(format!("{semaphore:?}"), "BoundedSemaphore { permits: 2/2, waiters: 0 }");
    }
}
