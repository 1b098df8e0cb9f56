//! Locks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::hand::Slot;
use crate::suite::{Batch, Entry};
use crate::tasks::{self, Laps, On, Race};
use crate::traits::{Lock, LongSections, Sections, Shared};

/// Scenarios with futures polled by hand.
pub(crate) fn queued<L: Lock>(entry: &mut Entry<'_>) {
    for waiters in [64, 1, 10, 100, 1_000, 10_000, 100_000] {
        let name = if waiters == 64 { "lock/handed" } else { "scaling/acquire" };
        entry.timed(format!("{name}/{waiters}"), move |n| handed::<L>(waiters, n));
    }
    for ahead in [1, 100, 10_000] {
        entry.timed(format!("lock/cancel/{ahead}"), move |n| cancelled::<L>(ahead, n));
    }
    for ahead in [1, 10, 100, 1_000, 10_000, 100_000] {
        entry.timed(format!("scaling/cancel/{ahead}"), move |n| cancelled::<L>(ahead, n));
    }
}

/// Uncontended.
pub(crate) fn sections<S: Sections>(entry: &mut Entry<'_>) {
    entry.timed("lock/uncontended/await", |n| awaits::<S>(n * 1_000));
    entry.timed("lock/uncontended/try", |n| tries::<S>(n * 1_000));
}

/// Held across a yield, on one thread.
pub(crate) fn long_sections<S: LongSections>(entry: &mut Entry<'_>) {
    for tasks in [8, 64, 1024] {
        entry.timed(format!("lock/yield/one-thread/{tasks}"), move |n| yields::<S>(tasks, n));
    }
}

/// Short sections, two workers.
pub(crate) fn contended_sections<S: Sections + Shared>(entry: &mut Entry<'_>) {
    for tasks in [2, 8, 64, 1024] {
        entry.timed(format!("lock/short/two-workers/{tasks}"), move |n| {
            contended(tasks, n, short_sections::<S>)
        });
    }
    for tasks in [8, 64, 1024] {
        entry.shared(format!("fairness/{tasks}"), move |length| {
            race(tasks, length, short_sections::<S>).laps
        });
    }
}

async fn short_sections<S: Sections>(lock: Arc<S>, mut laps: Laps) {
    lock.bump(|| laps.another()).await;
}

/// Held across a yield, two workers.
pub(crate) fn contended_long_sections<S: LongSections + Shared>(entry: &mut Entry<'_>) {
    for tasks in [8, 64, 1024] {
        entry.timed(format!("lock/yield/two-workers/{tasks}"), move |n| {
            contended(tasks, n, |lock: Arc<S>, mut laps| async move {
                lock.bump_across_a_yield(|| laps.another()).await;
            })
        });
    }
}

/// Tries a free lock, adds one, releases. One operation is all of that.
fn tries<S: Sections>(times: u64) -> Batch {
    let lock = S::new();
    let begin = Instant::now();
    lock.try_bump(times);
    Batch { elapsed: begin.elapsed(), ops: times, checksum: lock.count() }
}

/// A task that acquires a free lock, adds one, releases. One operation is all of that.
fn awaits<S: Sections>(times: u64) -> Batch {
    let lock = Arc::new(S::new());
    let task = Arc::clone(&lock);
    let task = async move { task.bump(tasks::times(times)).await };
    Batch { elapsed: On::OneThread.time([task]), ops: times, checksum: lock.count() }
}

/// Tasks that acquire, yield, add one and release. One operation is all of that.
fn yields<S: LongSections>(tasks: u64, times: u64) -> Batch {
    let lock = Arc::new(S::new());
    let elapsed = On::OneThread.time((0..tasks).map(|_| {
        let lock = Arc::clone(&lock);
        async move { lock.bump_across_a_yield(tasks::times(times)).await }
    }));
    Batch { elapsed, ops: tasks * times, checksum: lock.count() }
}

/// Tasks on two workers that acquire, add one and release for a number of microseconds. One
/// operation is all of that.
fn contended<S: Sections, F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    microseconds: u64,
    task: impl Fn(Arc<S>, Laps) -> F,
) -> Batch {
    let race = race(tasks, Duration::from_micros(microseconds), task);
    Batch { elapsed: race.elapsed, ops: race.laps.iter().sum(), checksum: microseconds }
}

/// Lets tasks compete for a lock.
fn race<S: Sections, F: Future<Output = ()> + Send + 'static>(
    tasks: usize,
    length: Duration,
    task: impl Fn(Arc<S>, Laps) -> F,
) -> Race {
    let lock = Arc::new(S::new());
    let race = tasks::race(tasks, length, |laps| task(Arc::clone(&lock), laps));
    assert_eq!(lock.count(), race.laps.iter().sum::<u64>(), "mutual exclusion");
    race
}

/// While the lock is held, waiters queue; then it is granted to each of them. One operation is one
/// waiter, from its first poll to its release.
fn handed<L: Lock>(waiters: usize, times: u64) -> Batch {
    let lock = L::new();
    let mut slots = Slot::many(waiters);
    let begin = Instant::now();
    for _ in 0..times {
        let holder = lock.try_lock().expect("the lock is free");
        for slot in &mut slots {
            slot.queue(async { lock.lock().await });
        }
        drop(holder);
        for slot in &mut slots {
            *slot.finish() += 1;
            slot.clear();
        }
    }
    Batch { elapsed: begin.elapsed(), ops: times * waiters as u64, checksum: lock.count() }
}

/// An acquire behind `ahead` others is polled once and dropped. That is one operation.
fn cancelled<L: Lock>(ahead: usize, times: u64) -> Batch {
    let lock = L::new();
    let mut slots = Slot::many(ahead);
    let holder = lock.try_lock().expect("the lock is free");
    for slot in &mut slots {
        slot.queue(async { lock.lock().await });
    }
    let mut slot = Slot::new();
    let begin = Instant::now();
    for _ in 0..times {
        slot.queue(async { lock.lock().await });
        slot.clear();
    }
    let elapsed = begin.elapsed();
    // Exactly the measured acquires were cancelled.
    drop(holder);
    for slot in &mut slots {
        *slot.finish() += times;
        slot.clear();
    }
    Batch { elapsed, ops: times, checksum: lock.count() }
}
