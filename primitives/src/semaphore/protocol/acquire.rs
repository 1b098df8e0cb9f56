//! Acquiring permits that are not free.

use core::mem;
use core::task::{Context, Poll, Waker};

use super::release::PendingRelease;
use super::{Claim, GRANTED, GRANTED_LIST, Permits, ROUNDS_SHIFT, WAITING};
use crate::coop;
use crate::queue::takeover::{Rounds, Verdict};
use crate::queue::{List, Locked, LockedSeat, Seat};
use crate::semaphore::Closed;

/// How many of those who were granted permits are looked through for one of the same task, in every
/// round but the last. A bound keeps a poll O(1); the last round, which only a task that has another
/// future in the queue comes to, looks through all.
const REACH: usize = 32;

/// Polls one that has not queued yet.
#[inline(never)]
pub(in crate::semaphore) fn poll_contended(
    mut seat: Seat<'_, Permits>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    if super::is_closed(seat.queue()) {
        // It need not wait, as if there were a permit.
        return coop::poll_proceed(cx).map(|budget| budget.made_progress()).map(|()| Err(Closed));
    }
    let waker = cx.waker().clone();
    // Most often there is no permit, and nobody of this task has been granted any.
    if let Some(mut me) = seat.try_lock() {
        let has_to_wait = wanted > 0 && me.count() == 0 && !me.flag();
        if has_to_wait && !granted_to_task_of(&me, &waker, REACH) {
            me.set_payload(Claim { wanted, missing: wanted });
            me.enqueue(List::Main, WAITING, waker);
            return Poll::Pending;
        }
    }
    poll_queue(seat, wanted, waker, cx)
}

/// Polls one that has queued.
#[inline(never)]
pub(in crate::semaphore) fn poll_queued(
    mut seat: Seat<'_, Permits>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    // Most often it was granted all it wants.
    if let Some(mut me) = seat.try_lock() {
        if me.remove_if_told(GRANTED, GRANTED) {
            return Poll::Ready(Ok(()));
        }
    }
    poll_waiting(seat, wanted, cx)
}

/// [`poll_queued`] where it was not granted anything yet, or another thread has the internal lock.
#[inline(never)]
fn poll_waiting(
    mut seat: Seat<'_, Permits>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    let mut me = seat.lock();
    if told(&mut me).is_none() && me.entry().is_some_and(|entry| entry.will_wake(cx.waker())) {
        let verdict = count_round(&mut me, cx.waker());
        drop(me);
        return wait_or_take_over(seat, wanted, verdict, cx);
    }
    drop(me);
    // Cloned without the internal lock: no user code runs under it.
    let waker = cx.waker().clone();
    poll_queue(seat, wanted, waker, cx)
}

/// Polls with the internal lock held, and a waker to leave there.
#[inline(never)]
fn poll_queue(
    mut seat: Seat<'_, Permits>,
    wanted: usize,
    waker: Waker,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    let queue = seat.queue();
    let mut me = seat.lock();
    let (outcome, leftover) = take_or_queue(&mut me, wanted, waker);
    let verdict = match outcome {
        Poll::Pending => count_round(&mut me, cx.waker()),
        Poll::Ready(_) => Verdict::Wait,
    };
    drop(me);
    // Dropping a waker may panic: the permits then go to the next.
    let mine = PendingRelease { queue, permits: if outcome == GRANT { wanted } else { 0 } };
    drop(leftover);
    mem::forget(mine);
    if outcome.is_ready() {
        return outcome;
    }
    wait_or_take_over(seat, wanted, verdict, cx)
}

#[inline(never)]
fn wait_or_take_over(
    mut seat: Seat<'_, Permits>,
    wanted: usize,
    mut verdict: Verdict,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    if verdict == Verdict::TakeOver {
        let waker = cx.waker().clone();
        let queue = seat.queue();
        let mut me = seat.lock();
        let TakenOver { outcome, rest, leftover } = take_over(&mut me, waker);
        verdict = match outcome {
            Poll::Pending => count_round(&mut me, cx.waker()),
            Poll::Ready(_) => Verdict::Wait,
        };
        drop(me);
        // If a waker, or the drop of one, panics, these go to the next.
        let mine = PendingRelease { queue, permits: if outcome == GRANT { wanted } else { 0 } };
        let mut rest = PendingRelease { queue, permits: rest };
        drop(leftover);
        rest.run();
        mem::forget(mine);
        if outcome.is_ready() {
            return outcome;
        }
    }
    if verdict != Verdict::Wait {
        cx.waker().wake_by_ref();
    }
    Poll::Pending
}

/// What comes of looking under the internal lock: all the permits, a refusal, or a place in the queue.
type Outcome = Poll<Result<(), Closed>>;

const GRANT: Outcome = Poll::Ready(Ok(()));
const REFUSAL: Outcome = Poll::Ready(Err(Closed));

/// Wakers to drop once the queue is unlocked.
type Leftover = [Option<Waker>; 2];

/// Takes the permits that it was granted or that are free, or queues for them, unless the semaphore
/// is closed.
fn take_or_queue(
    me: &mut LockedSeat<'_, Permits>,
    wanted: usize,
    waker: Waker,
) -> (Outcome, Leftover) {
    if let Some(outcome) = told(me) {
        return (outcome, [me.remove(), Some(waker)]);
    }
    if let Some(entry) = me.entry() {
        return (Poll::Pending, [entry.set_waker(waker), None]);
    }
    // What is free goes to the first waiter, even if it is not enough.
    let count = me.count();
    let free = count.min(wanted);
    me.set_count(count - free);
    if free == wanted {
        return (GRANT, [Some(waker), None]);
    }
    me.set_payload(Claim { wanted, missing: wanted - free });
    me.enqueue(List::Main, WAITING, waker);
    (Poll::Pending, [None, None])
}

/// What one has been told by others, if anything: a grant comes before a close.
fn told(me: &mut LockedSeat<'_, Permits>) -> Option<Outcome> {
    if me.tag() == GRANTED {
        return Some(GRANT);
    }
    (me.flag() && me.shared().is_closed()).then_some(REFUSAL)
}

/// Counts a poll of a waiter towards the take-over of permits that another future of its task was
/// granted and has not collected.
fn count_round(me: &mut LockedSeat<'_, Permits>, waker: &Waker) -> Verdict {
    let rounds = Rounds::of_tag(me.tag(), ROUNDS_SHIFT);
    let reach = if rounds.are_over() { usize::MAX } else { REACH };
    let (rounds, verdict) = rounds.after(granted_to_task_of(me, waker, reach));
    let Some(entry) = me.entry() else { return Verdict::Wait };
    entry.set_tag(WAITING | rounds.to_tag(ROUNDS_SHIFT));
    verdict
}

/// Whether a future of the task of `waker` was granted all it wants and has not collected it yet;
/// or more were than `reach`.
///
/// One that was granted a part does not count. It queues as anybody does, and those behind it wait,
/// its siblings too: it could not show that it has noticed, so the siblings would take its part from
/// one another without end.
#[inline]
fn granted_to_task_of(locked: &Locked<'_, Permits>, waker: &Waker, mut reach: usize) -> bool {
    locked
        .find(GRANTED_LIST, |entry| {
            reach = reach.saturating_sub(1);
            entry.same_task(waker) || reach == 0
        })
        .is_some()
}

struct TakenOver {
    outcome: Outcome,
    /// Permits to release to others.
    rest: usize,
    leftover: Leftover,
}

/// Takes over the permits of the other future of its task, which waits on behind `me`.
///
/// If they are not enough all of them are released again, to those before `me` first. Were the other
/// future to stay in front, it would be granted the next ones too and hold them while its task waits
/// for `me`. Were `me` to hold a part without being first, tasks could wait for each other's parts.
fn take_over(me: &mut LockedSeat<'_, Permits>, waker: Waker) -> TakenOver {
    if let Some(outcome) = told(me) {
        return TakenOver { outcome, rest: 0, leftover: [me.remove(), Some(waker)] };
    }
    let missing = me.payload().missing;
    let Some(other) = me.move_behind_self(GRANTED_LIST, |entry| entry.same_task(&waker)) else {
        return TakenOver { outcome: Poll::Pending, rest: 0, leftover: [Some(waker), None] };
    };
    let pool = other.payload().wanted;
    other.set_payload(Claim { wanted: pool, missing: pool });
    other.set_tag(WAITING);
    let old = other.set_waker(waker);
    if missing > pool {
        return TakenOver { outcome: Poll::Pending, rest: pool, leftover: [old, None] };
    }
    TakenOver { outcome: GRANT, rest: pool - missing, leftover: [old, me.remove()] }
}
