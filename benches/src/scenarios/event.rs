//! Events.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::hand::Slot;
use crate::suite::{Batch, Entry};
use crate::tasks::On;
use crate::traits::{Event, Shared};

/// On one thread.
pub(crate) fn events<E: Event>(entry: &mut Entry<'_>) {
    entry.timed("event/wait-on-set", |n| waits::<E>(n * 1_000));
    entry.timed("event/set-and-clear", |n| sets::<E>(n * 1_000));
    for waiters in [100, 10_000] {
        entry.timed(format!("event/set/by-hand/{waiters}"), move |n| released::<E>(waiters, n));
    }
    for waiters in [1, 10, 100, 1_000, 10_000, 100_000] {
        entry.timed(format!("scaling/set/{waiters}"), move |n| released::<E>(waiters, n));
    }
}

/// Two workers.
pub(crate) fn contended_events<E: Event + Shared>(entry: &mut Entry<'_>) {
    for waiters in [100, 10_000] {
        entry.timed(format!("event/set/two-workers/{waiters}"), move |n| relay::<E>(waiters, n));
    }
}

/// A task waits on an event that is set. One operation is one wait.
fn waits<E: Event>(times: u64) -> Batch {
    let event = Arc::new(E::new());
    event.set();
    let waited = Arc::new(AtomicU64::new(0));
    let task = {
        let waited = Arc::clone(&waited);
        async move {
            let mut count = 0;
            for _ in 0..times {
                event.wait().await;
                count += 1;
            }
            waited.store(count, Ordering::Relaxed);
        }
    };
    let elapsed = On::OneThread.time([task]);
    Batch { elapsed, ops: times, checksum: waited.load(Ordering::Relaxed) }
}

/// Sets and clears an event without waiters. One operation is both.
fn sets<E: Event>(times: u64) -> Batch {
    let event = E::new();
    let mut seen = 0;
    let begin = Instant::now();
    for _ in 0..times {
        let event = black_box(&event);
        event.set();
        seen += u64::from(event.is_set());
        event.clear();
    }
    let elapsed = begin.elapsed();
    assert!(!event.is_set(), "cleared");
    Batch { elapsed, ops: times, checksum: seen }
}

/// Waiters are queued, the event is set, all of them are released, the event is cleared. One
/// operation is one waiter's part.
fn released<E: Event>(waiters: usize, times: u64) -> Batch {
    let event = E::new();
    let mut slots = Slot::many(waiters);
    let mut released = 0;
    let begin = Instant::now();
    for _ in 0..times {
        for slot in &mut slots {
            slot.queue(async { event.wait().await });
        }
        event.set();
        for slot in &mut slots {
            slot.finish();
            slot.clear();
            released += 1;
        }
        event.clear();
    }
    Batch { elapsed: begin.elapsed(), ops: times * waiters as u64, checksum: released }
}

/// Tasks meet by two events in turn: the last to arrive sets the one that the others wait for, and
/// clears the one for the next round. One operation is one task's round.
fn relay<E: Event>(waiters: u64, times: u64) -> Batch {
    struct Relay<E> {
        events: [E; 2],
        arrived: AtomicU64,
    }
    let relay = Arc::new(Relay { events: [E::new(), E::new()], arrived: AtomicU64::new(0) });
    let tasks = waiters + 1;
    let elapsed = On::TwoWorkers.time((0..tasks).map(|_| {
        let relay = Arc::clone(&relay);
        async move {
            for round in 1..=times {
                let [next, mine] = if round % 2 == 0 { [0, 1] } else { [1, 0] };
                if relay.arrived.fetch_add(1, Ordering::AcqRel) + 1 == tasks * round {
                    relay.events[next].clear();
                    relay.events[mine].set();
                } else {
                    relay.events[mine].wait().await;
                }
            }
        }
    }));
    Batch { elapsed, ops: waiters * times, checksum: relay.arrived.load(Ordering::Relaxed) }
}
