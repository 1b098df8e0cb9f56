//! Semaphores.

use std::sync::Arc;
use std::time::Duration;

use crate::suite::{Batch, Entry};
use crate::tasks::{self, Laps, On, yield_once};
use crate::traits::{ManySemaphore, Semaphore, Shared};

/// The number of permits, unless specified.
const PERMITS: usize = 4;

/// On one thread.
pub(crate) fn semaphores<S: Semaphore>(entry: &mut Entry<'_>) {
    entry.timed("semaphore/uncontended/one", |n| uncontended::<S>(n * 1_000));
    for tasks in [8, 64, 1024] {
        entry.timed(format!("semaphore/yield/one-thread/{tasks}"), move |n| yields::<S>(tasks, n));
    }
}

/// Several permits at once.
pub(crate) fn many_semaphores<S: ManySemaphore>(entry: &mut Entry<'_>) {
    entry.timed("semaphore/uncontended/many", |n| uncontended_many::<S>(n * 1_000));
}

/// Two workers.
pub(crate) fn contended_semaphores<S: Semaphore + Shared>(entry: &mut Entry<'_>) {
    for tasks in [8, 64, 1024] {
        entry.timed(format!("semaphore/short/two-workers/{tasks}"), move |n| {
            contended(tasks, n, |semaphore: Arc<S>, mut laps| async move {
                while laps.another() {
                    drop(semaphore.acquire().await);
                }
            })
        });
    }
    for tasks in [8, 64, 1024] {
        entry.timed(format!("semaphore/yield/two-workers/{tasks}"), move |n| {
            contended(tasks, n, |semaphore: Arc<S>, mut laps| async move {
                while laps.another() {
                    let permit = semaphore.acquire().await;
                    yield_once().await;
                    drop(permit);
                }
            })
        });
    }
}

/// A task that acquires a free permit and releases it. One operation is both.
fn uncontended<S: Semaphore>(times: u64) -> Batch {
    let semaphore = Arc::new(S::new(PERMITS));
    let task = {
        let semaphore = Arc::clone(&semaphore);
        async move {
            for _ in 0..times {
                drop(semaphore.acquire().await);
            }
        }
    };
    let elapsed = On::OneThread.time([task]);
    Batch { elapsed, ops: times, checksum: conserved(&*semaphore, times) }
}

/// The same with all permits at once.
fn uncontended_many<S: ManySemaphore>(times: u64) -> Batch {
    let semaphore = Arc::new(S::new(PERMITS));
    let task = {
        let semaphore = Arc::clone(&semaphore);
        async move {
            for _ in 0..times {
                drop(semaphore.acquire_many(PERMITS).await);
            }
        }
    };
    let elapsed = On::OneThread.time([task]);
    Batch { elapsed, ops: times, checksum: conserved(&*semaphore, times) }
}

/// Tasks that acquire a permit, yield and release it. One operation is all of that.
fn yields<S: Semaphore>(tasks: u64, times: u64) -> Batch {
    let semaphore = Arc::new(S::new(PERMITS));
    let elapsed = On::OneThread.time((0..tasks).map(|_| {
        let semaphore = Arc::clone(&semaphore);
        async move {
            for _ in 0..times {
                let permit = semaphore.acquire().await;
                yield_once().await;
                drop(permit);
            }
        }
    }));
    Batch { elapsed, ops: tasks * times, checksum: conserved(&*semaphore, times) }
}

/// Tasks on two workers that acquire and release for a number of microseconds. One operation is
/// both.
fn contended<S: Semaphore, F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    microseconds: u64,
    task: impl Fn(Arc<S>, Laps) -> F,
) -> Batch {
    let semaphore = Arc::new(S::new(PERMITS));
    let length = Duration::from_micros(microseconds);
    let race = tasks::race(tasks, length, |laps| task(Arc::clone(&semaphore), laps));
    let checksum = conserved(&*semaphore, microseconds);
    Batch { elapsed: race.elapsed, ops: race.laps.iter().sum(), checksum }
}

/// `times`, if all permits were returned.
fn conserved<S: Semaphore>(semaphore: &S, times: u64) -> u64 {
    assert_eq!(semaphore.available(), PERMITS, "all permits were returned");
    times
}
