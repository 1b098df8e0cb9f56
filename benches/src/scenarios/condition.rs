//! Conditions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::hand::{self, Slot};
use crate::suite::{Batch, Entry};
use crate::tasks::On;
use crate::traits::{Condition, MOST_PLACES, Rounds, Shared};

/// The numbers of waiters whose condition is false.
pub(crate) const FALSE_WAITERS: [usize; 5] = [1, 8, 64, 512, 4096];

/// On one thread.
pub(crate) fn rounds<R: Rounds>(entry: &mut Entry<'_>) {
    entry.timed("condition/ping-pong", ping_pong::<R>);
    for pairs in [1, 4, 64] {
        entry.timed(format!("condition/buffer/one-thread/{pairs}x{pairs}"), move |n| {
            buffer::<R>(On::OneThread, pairs, MOST_PLACES, n)
        });
    }
    for pairs in [1, 4, 64] {
        entry.timed(format!("condition/small-buffer/one-thread/{pairs}x{pairs}"), move |n| {
            buffer::<R>(On::OneThread, pairs, 16, n)
        });
    }
    for waiters in [1, 100, 10_000] {
        entry.timed(format!("condition/notify-all/one-thread/{waiters}"), move |n| {
            notify_all::<R>(On::OneThread, waiters, n)
        });
    }
}

/// Two workers.
pub(crate) fn contended_rounds<R: Rounds + Shared>(entry: &mut Entry<'_>) {
    for pairs in [1, 4, 64] {
        entry.timed(format!("condition/buffer/two-workers/{pairs}x{pairs}"), move |n| {
            buffer::<R>(On::TwoWorkers, pairs, MOST_PLACES, n)
        });
    }
    for waiters in [1, 100, 10_000] {
        entry.timed(format!("condition/notify-all/two-workers/{waiters}"), move |n| {
            notify_all::<R>(On::TwoWorkers, waiters, n)
        });
    }
}

/// Scenarios with futures polled by hand.
pub(crate) fn queued<C: Condition>(entry: &mut Entry<'_>) {
    for waiters in [1, 10, 100, 1_000, 10_000, 100_000] {
        entry.timed(format!("scaling/notify-one/{waiters}"), move |n| notified::<C>(waiters, n));
    }
    for waiters in [1, 10, 100, 1_000, 10_000, 100_000] {
        entry
            .timed(format!("scaling/notify-all/{waiters}"), move |n| all_notified::<C>(waiters, n));
    }
    for waiters in FALSE_WAITERS {
        entry.timed(format!("condition/false/{waiters}"), move |n| lock_beside::<C>(waiters, n));
    }
}

/// Two tasks wait for their turn and notify the other. One operation is one turn.
fn ping_pong<R: Rounds>(times: u64) -> Batch {
    let table = Arc::new(R::new());
    let elapsed = On::OneThread.time([false, true].map(|odd| {
        let table = Arc::clone(&table);
        async move { table.take_turns(odd, times).await }
    }));
    Batch { elapsed, ops: 2 * times, checksum: hand::now(table.turns()) }
}

/// As many producers as consumers, and a bounded buffer. One operation is one item.
fn buffer<R: Rounds>(on: On, pairs: u64, places: usize, times: u64) -> Batch {
    let buffer = Arc::new(R::new());
    let consumed = Arc::new(AtomicU64::new(0));
    let elapsed = on.time((1..=2 * pairs).map(|number| {
        let buffer = Arc::clone(&buffer);
        let consumed = Arc::clone(&consumed);
        async move {
            if number <= pairs {
                buffer.produce(number, times, places).await;
            } else {
                consumed.fetch_add(buffer.consume(times).await, Ordering::Relaxed);
            }
        }
    }));
    Batch { elapsed, ops: pairs * times, checksum: consumed.load(Ordering::Relaxed) }
}

/// A leader notifies all, once all of them wait again. One operation is one waiter that is
/// notified, acquires the lock, and waits again.
fn notify_all<R: Rounds>(on: On, waiters: u64, times: u64) -> Batch {
    let gate = Arc::new(R::new());
    let elapsed = on.time((0..=waiters).map(|number| {
        let gate = Arc::clone(&gate);
        async move {
            if number == 0 {
                gate.lead(waiters, times).await;
            } else {
                gate.follow(waiters, times).await;
            }
        }
    }));
    Batch { elapsed, ops: waiters * times, checksum: hand::now(gate.turns()) }
}

/// One of many waiters is notified, acquires the lock, and waits again. That is one operation.
fn notified<C: Condition>(waiters: usize, times: u64) -> Batch {
    let condition = C::new();
    let wait = || async {
        let guard = condition.lock().await;
        condition.wait_for_work(guard, |state| state.turn > 0).await
    };
    let mut slots = Slot::many(waiters);
    for slot in &mut slots {
        slot.queue(wait());
    }
    let mut taken = 0;
    let begin = Instant::now();
    for round in 0..times {
        let mut guard = hand::now(condition.lock());
        C::state(&mut guard).turn += 1;
        condition.notify_work(&guard);
        drop(guard);
        // In FIFO order.
        let slot = &mut slots[usize::try_from(round).expect("fits") % waiters];
        let mut guard = slot.finish();
        C::state(&mut guard).turn -= 1;
        taken += 1;
        drop(guard);
        slot.queue(wait());
    }
    Batch { elapsed: begin.elapsed(), ops: times, checksum: taken }
}

/// All waiters are notified, acquire the lock one after another, and wait again. One operation is
/// one waiter's part.
fn all_notified<C: Condition>(waiters: usize, times: u64) -> Batch {
    let condition = C::new();
    let wait = || async {
        let guard = condition.lock().await;
        condition.wait_for_work(guard, |state| state.waiting > 0).await
    };
    let mut slots = Slot::many(waiters);
    for slot in &mut slots {
        slot.queue(wait());
    }
    let begin = Instant::now();
    for _ in 0..times {
        let mut guard = hand::now(condition.lock());
        C::state(&mut guard).waiting = waiters as u64;
        condition.notify_all_work(&guard);
        drop(guard);
        for slot in &mut slots {
            let mut guard = slot.finish();
            let state = C::state(&mut guard);
            state.waiting -= 1;
            state.turn += 1;
        }
        for slot in &mut slots {
            slot.queue(wait());
        }
    }
    let elapsed = begin.elapsed();
    let checksum = C::state(&mut hand::now(condition.lock())).turn;
    Batch { elapsed, ops: times * waiters as u64, checksum }
}

/// Locks and unlocks beside waiters whose condition is false. That is one operation.
fn lock_beside<C: Condition>(waiters: usize, times: u64) -> Batch {
    let condition = C::new();
    let mut slots = Slot::many(waiters);
    for slot in &mut slots {
        slot.queue(async {
            let guard = condition.lock().await;
            condition.wait_for_work(guard, |state| !state.items.is_empty()).await
        });
    }
    let begin = Instant::now();
    for _ in 0..times {
        C::state(&mut hand::now(condition.lock())).turn += 1;
    }
    let elapsed = begin.elapsed();
    let checksum = C::state(&mut hand::now(condition.lock())).turn;
    Batch { elapsed, ops: times, checksum }
}
