//! Acquiring: [`poll_acquire`], read from top to bottom.

use core::task::{Context, Poll, Waker, ready};

use super::order::{goes_before, reserve_is_due, take_reserved, take_woken};
use super::{FREE, Kind, Monitor, Tag, Turn};
use crate::coop;
use crate::queue::takeover::{Rounds, Verdict};
use crate::queue::{Link, List, Locked, LockedSeat, Seat};

/// Polls for the lock.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the uncontended path must not cost a call")]
pub(crate) fn poll_acquire<'s, const N: usize>(
    seat: Seat<'s, Monitor<N>>,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    if seat.link() != Link::Idle {
        return poll_reacquire(seat, cx);
    }
    if seat.queue().word() == FREE {
        // Budget is asked only for a free lock: a task that is made to yield holds no grant, and
        // nobody is queued, so it loses no place by not queueing.
        let budget = ready!(coop::poll_proceed(cx));
        if let Some(turn) = Turn::take_idle(seat.queue()) {
            budget.made_progress();
            return Poll::Ready(turn);
        }
        coop::give_back(budget);
    }
    poll_new(seat, cx)
}

/// The first poll where the lock can't be had at once. Most often the waiter has to queue.
#[inline(never)]
fn poll_new<'s, const N: usize>(
    mut seat: Seat<'s, Monitor<N>>,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    if !seat.queue().word().flag() {
        return poll_reacquire(seat, cx);
    }
    // Cloned before the lock is taken: no user code runs under it, and this may panic.
    let waker = cx.waker().clone();
    if let Some(mut me) = seat.try_lock() {
        if me.flag() && !granted_to_task_of(&me, &waker) {
            me.enqueue(List::Main, Kind::Queued as u16, waker);
            return Poll::Pending;
        }
    }
    poll_step(seat, cx, waker)
}

/// Polls for a lock that is held, or for one that the waiter was queued, notified or woken for.
///
/// Most polls end here: a grant is collected, or a lock barged that was released to nobody.
#[inline(never)]
pub(crate) fn poll_reacquire<'s, const N: usize>(
    mut seat: Seat<'s, Monitor<N>>,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    if seat.is_linked() {
        if let Some(mut me) = seat.try_lock() {
            if let Some(turn) = Turn::collect(&mut me) {
                return Poll::Ready(turn);
            }
        }
    } else if !seat.queue().word().flag() {
        let budget = ready!(coop::poll_proceed(cx));
        let taken = match seat.link() {
            Link::Popped => take_woken(&mut seat),
            _ => Turn::barge(seat.queue()),
        };
        if let Some(turn) = taken {
            budget.made_progress();
            return Poll::Ready(turn);
        }
        coop::give_back(budget);
    }
    poll_queue(seat, cx)
}

/// Polls with the internal lock held, and a waker to leave there.
#[inline(never)]
fn poll_queue<'s, const N: usize>(
    mut seat: Seat<'s, Monitor<N>>,
    cx: &mut Context<'_>,
) -> Poll<Turn<'s, N>> {
    if seat.is_linked() && stays(&seat.lock(), cx.waker()) {
        return Poll::Pending;
    }
    let waker = cx.waker().clone();
    poll_step(seat, cx, waker)
}

/// The slow path of all polls.
#[inline(never)]
fn poll_step<'s, const N: usize>(
    mut seat: Seat<'s, Monitor<N>>,
    cx: &mut Context<'_>,
    waker: Waker,
) -> Poll<Turn<'s, N>> {
    let mut me = seat.lock();
    let Step { turn, verdict, leftover } = step(&mut me, waker);
    drop(me);
    // These may panic as well. The turn then releases the lock.
    drop(leftover);
    if verdict == Verdict::WaitARound {
        cx.waker().wake_by_ref();
    }
    turn.map_or(Poll::Pending, Poll::Ready)
}

/// Whether a waiter can stay as it is: queued, with a waker that wakes the task that polls, and
/// without a grant of that task to take over.
#[inline]
fn stays<const N: usize>(me: &LockedSeat<'_, Monitor<N>>, waker: &Waker) -> bool {
    me.entry().is_some_and(|entry| {
        let tag = Tag::of(entry);
        let stays =
            entry.will_wake(waker) && tag.is(Kind::Queued) && !granted_to_task_of(me, waker);
        if stays {
            entry.set_tag(tag.with_rounds(Rounds::NONE).0);
        }
        stays
    })
}

/// What became of a poll under the internal lock.
struct Step<'s, const N: usize> {
    turn: Option<Turn<'s, N>>,
    verdict: Verdict,
    /// Wakers to drop once the queue is unlocked.
    leftover: [Option<Waker>; 2],
}

fn step<'s, const N: usize>(me: &mut LockedSeat<'s, Monitor<N>>, waker: Waker) -> Step<'s, N> {
    let tag = Tag(me.tag());
    let is_woken = me.link() == Link::Popped;

    // The lock was granted to it or reserved for it, or is free.
    if let Some(turn) = Turn::collect(me) {
        return Step { turn: Some(turn), verdict: Verdict::Wait, leftover: [Some(waker), None] };
    }
    if me.link() == Link::Linked && tag.is(Kind::Reserved) {
        let ticket = me.payload();
        me.shared().serve(ticket);
        let turn = Turn::take_over(me);
        return Step {
            turn: Some(turn),
            verdict: Verdict::Wait,
            leftover: [Some(waker), me.remove()],
        };
    }
    if is_woken && reserve_is_due(me) {
        // It was polled before others that were woken earlier. Until its next poll they may have
        // the lock, and nobody else.
        me.set_flag(true);
        let reserved = tag.with(Kind::Reserved).requeued();
        me.enqueue_behind(List::Main, reserved.0, waker, |_| false);
        // It wakes itself: nobody else has to before it is polled.
        let mine = me.entry().and_then(|entry| entry.tell(|tag| tag));
        return Step { turn: None, verdict: Verdict::WaitARound, leftover: [mine, None] };
    }
    let taken = match Turn::take_locked(me) {
        None if is_woken => take_reserved(me),
        taken => taken,
    };
    if let Some(turn) = taken {
        if is_woken {
            let ticket = me.payload();
            me.shared().serve(ticket);
        }
        let mine = me.remove();
        return Step { turn: Some(turn), verdict: Verdict::Wait, leftover: [Some(waker), mine] };
    }

    // Another future of its task was granted the lock and has had its rounds to collect it.
    let (rounds, verdict) = tag.rounds().after(granted_to_task_of(me, &waker));
    if verdict == Verdict::TakeOver {
        let ticket = me.payload();
        if let Some(other) = me.move_behind_self(List::Main, |_| true) {
            // It waits on in this waiter's place, with this waiter's order.
            let mut queued = Tag::of(other).with(Kind::Queued).with_requeued(tag.is_requeued());
            queued = queued.with_rounds(Rounds::NONE);
            other.set_tag(queued.0);
            other.set_payload(ticket);
            let old = other.set_waker(waker);
            let turn = Turn::take_over(me);
            return Step { turn: Some(turn), verdict, leftover: [old, me.remove()] };
        }
    }

    // It waits. From here on nobody passes it.
    let queued = tag.with(Kind::Queued).with_rounds(rounds);
    let old = match me.link() {
        Link::Linked => me.entry().and_then(|entry| {
            entry.set_tag(queued.0);
            entry.set_waker(waker)
        }),
        // Woken, and barged meanwhile.
        Link::Popped => {
            let ticket = me.payload();
            me.enqueue_behind(List::Main, queued.requeued().0, waker, |other| {
                goes_before(other, ticket)
            });
            None
        }
        Link::Idle => {
            me.enqueue(List::Main, queued.0, waker);
            None
        }
    };
    Step { turn: None, verdict, leftover: [old, None] }
}

/// Whether the lock is granted to, or reserved for, a future of the task of `waker` that has not
/// collected it yet.
#[inline]
fn granted_to_task_of<const N: usize>(locked: &Locked<'_, Monitor<N>>, waker: &Waker) -> bool {
    locked
        .front(List::Main)
        .is_some_and(|front| Tag::of(front).holds_the_lock() && front.same_task(waker))
}
