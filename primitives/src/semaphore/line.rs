//! How permits go to those who wait, and come back from those who go away.
//!
//! The main line holds those who wait, with what each wants and misses; only the first may hold a
//! part of what it wants. The side line holds those who were given all and have not noticed yet.

use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use super::{OVERFLOW, Semaphore};
use crate::queue::{Entry, Line, Locked, LockedWaiter, WaitQueue, Waiter, WakeList, Word};

pub(super) type Queue = WaitQueue<Claim, (), 1>;
/// A place in one of its lines.
pub(super) type Place<'a> = Waiter<'a, Claim, (), 1>;

/// What a waiter wants.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Claim {
    wanted: usize,
    /// How many of those it does not have yet.
    missing: usize,
}

/// The line of those who were given all they want.
const GIVEN: Line = Line::Side(0);

// Tags.
const WAITING: u16 = 0;
const GRANTED: u16 = 1;
/// How many polls in a row have seen permits with another future of their task, which did not
/// notice: a number of these.
const SEEN: u16 = 2;

/// How many rounds of its task a future gets to notice; see the lock's monitor for why two.
const ROUNDS: u16 = 2;
/// How many of those who were given permits are looked through for one of the same task, in every
/// round but the last. That one goes through all: by then whoever is polled has noticed.
const REACH: usize = 32;

// === giving ===

/// Permits on their way to those who wait. Dropped early, as when a waker panics, it gives them
/// out all the same.
pub(super) struct Handout<'a> {
    pub(super) semaphore: &'a Semaphore,
    pub(super) permits: usize,
}

impl Handout<'_> {
    pub(super) fn run(&mut self) {
        while self.permits > 0 {
            assert!(!self.run_batch(), "{OVERFLOW}");
        }
    }

    /// Gives to as many as one list of wakers can hold, and wakes them; says whether there were
    /// more permits than can be free.
    fn run_batch(&mut self) -> bool {
        let mut wakers = WakeList::new();
        let mut queue = self.semaphore.queue.lock();
        let (rest, overflows) = give(&mut queue, self.permits, &mut wakers);
        self.permits = rest;
        overflows
    }
}

impl Drop for Handout<'_> {
    fn drop(&mut self) {
        self.run();
    }
}

/// Gives permits to those in line, or to the free ones if nobody is.
#[inline(never)]
pub(super) fn hand_out(semaphore: &Semaphore, permits: usize) {
    // As a rule they are what the first in line misses.
    if let Some(mut queue) = semaphore.queue.try_lock() {
        if queue.front(Line::Main).is_some_and(|first| first.note().missing == permits) {
            let waker = grant_first(&mut queue);
            drop(queue);
            if let Some(waker) = waker {
                waker.wake();
            }
            return;
        }
    }
    Handout { semaphore, permits }.run();
}

/// Says to the first in line that it was given all it wants.
#[inline]
fn grant_first(queue: &mut Locked<'_, Claim, (), 1, ()>) -> Option<Waker> {
    let first = queue.move_front(Line::Main, GIVEN)?;
    first.set_note(Claim { missing: 0, ..first.note() });
    first.tell(|_| GRANTED)
}

/// Gives permits to those in line, then to the free ones; gives back those left when there is no
/// room for another waker, and whether there were more than can be free.
fn give(
    queue: &mut Locked<'_, Claim, (), 1, ()>,
    mut permits: usize,
    wakers: &mut WakeList,
) -> (usize, bool) {
    while permits > 0 {
        let Some(first) = queue.front(Line::Main) else {
            let sum = queue.value().checked_add(permits).filter(|sum| *sum <= Word::MAX_VALUE);
            queue.set_value(sum.unwrap_or(Word::MAX_VALUE));
            return (0, sum.is_none());
        };
        let claim = first.note();
        if claim.missing > permits {
            first.set_note(Claim { missing: claim.missing - permits, ..claim });
            break;
        }
        if wakers.is_full() {
            return (permits, false);
        }
        permits -= claim.missing;
        wakers.push(grant_first(queue));
    }
    (0, false)
}

// === taking ===

type LockedPlace<'w, 'a> = LockedWaiter<'w, 'a, Claim, (), 1, ()>;

/// Polls for permits that are not to be had at once.
#[inline(never)]
pub(super) fn poll_in_line(
    semaphore: &Semaphore,
    mut waiter: Pin<&mut Place<'_>>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let waker = cx.waker().clone();
    // As a rule there is none, and nobody of this task has any.
    if let Some(mut me) = waiter.as_mut().try_lock() {
        if me.value() == 0 && !given_to_task_of(&me, &waker, REACH) {
            me.set_note(Claim { wanted, missing: wanted });
            me.enqueue(Line::Main, WAITING, waker);
            return Poll::Pending;
        }
    }
    enter_line(semaphore, waiter, wanted, waker, cx)
}

/// Polls one who has been in line.
#[inline(never)]
pub(super) fn poll_again(
    semaphore: &Semaphore,
    mut waiter: Pin<&mut Place<'_>>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<()> {
    // As a rule it was given all it wants.
    if let Some(mut me) = waiter.as_mut().try_lock() {
        if me.remove_told(GRANTED, GRANTED) {
            return Poll::Ready(());
        }
    }
    poll_otherwise(semaphore, waiter, wanted, cx)
}

/// [`poll_again`] in all cases but the most frequent.
#[inline(never)]
fn poll_otherwise(
    semaphore: &Semaphore,
    mut waiter: Pin<&mut Place<'_>>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<()> {
    // Often there is no need for a waker of our own.
    let mut me = waiter.as_mut().lock();
    let waits = |entry: Entry<'_, Claim>| entry.tag() != GRANTED && entry.will_wake(cx.waker());
    if me.entry().is_some_and(waits) {
        let next = look(&mut me, cx.waker());
        drop(me);
        return go_on(semaphore, waiter, wanted, next, cx);
    }
    drop(me);
    let waker = cx.waker().clone();
    enter_line(semaphore, waiter, wanted, waker, cx)
}

/// Takes the permits, or a place in line: what [`poll_in_line`] and [`poll_again`] leave to do.
#[inline(never)]
fn enter_line(
    semaphore: &Semaphore,
    mut waiter: Pin<&mut Place<'_>>,
    wanted: usize,
    waker: Waker,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let mut mine = Handout { semaphore, permits: 0 };
    let mut me = waiter.as_mut().lock();
    let (ready, leftover) = enter(&mut me, wanted, waker);
    let next = if ready { Step::Ready } else { look(&mut me, cx.waker()) };
    mine.permits = if ready { wanted } else { 0 };
    drop(me);
    drop(leftover);
    // No waker has panicked: they are the caller's.
    mem::forget(mine);
    go_on(semaphore, waiter, wanted, next, cx)
}

#[inline(never)]
fn go_on(
    semaphore: &Semaphore,
    waiter: Pin<&mut Place<'_>>,
    wanted: usize,
    mut next: Step,
    cx: &mut Context<'_>,
) -> Poll<()> {
    if next == Step::TakeOver {
        let waker = cx.waker().clone();
        let mut mine = Handout { semaphore, permits: 0 };
        let mut rest = Handout { semaphore, permits: 0 };
        let mut me = waiter.lock();
        let (ready, leftover) = take_over(&mut me, waker, &mut rest.permits);
        next = if ready { Step::Ready } else { look(&mut me, cx.waker()) };
        mine.permits = if ready { wanted } else { 0 };
        drop(me);
        drop(leftover);
        rest.run();
        mem::forget(mine);
    }
    match next {
        Step::Ready => Poll::Ready(()),
        Step::Wait => Poll::Pending,
        Step::LookAgain | Step::TakeOver => {
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }
}

/// What is left to do for one in line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Ready,
    Wait,
    /// Another future of the task has permits, and gets a round of the task to notice.
    LookAgain,
    /// It did not notice.
    TakeOver,
}

/// Wakers to drop once the queue is unlocked.
type Leftover = [Option<Waker>; 2];

/// Looks whether another future of the task of `waker` has permits that `me`, in line, could use,
/// and counts how often it has.
fn look(me: &mut LockedPlace<'_, '_>, waker: &Waker) -> Step {
    let seen = me.tag() / SEEN;
    let found = given_to_task_of(me, waker, if seen < ROUNDS { REACH } else { usize::MAX });
    let Some(entry) = me.entry() else { return Step::Wait };
    let (seen, step) = match found {
        false => (0, Step::Wait),
        true if seen < ROUNDS => (seen + 1, Step::LookAgain),
        true => (0, Step::TakeOver),
    };
    entry.set_tag(WAITING + seen * SEEN);
    step
}

/// Whether a future of the task of `waker` was given all it wants and has not noticed yet; also if
/// there are more who were than are looked through.
///
/// One that was given a part does not count: it is in line as anybody's is, and those behind it wait.
/// It could not show that it has noticed, so those of one task would take its part from one another,
/// without end.
#[inline]
fn given_to_task_of(lines: &Locked<'_, Claim, (), 1, ()>, waker: &Waker, mut reach: usize) -> bool {
    lines
        .find(GIVEN, |entry| {
            reach = reach.saturating_sub(1);
            entry.same_task(waker) || reach == 0
        })
        .is_some()
}

/// Takes the permits, or a place in line; gives wakers back to be dropped.
fn enter(me: &mut LockedPlace<'_, '_>, wanted: usize, waker: Waker) -> (bool, Leftover) {
    if let Some(entry) = me.entry() {
        if entry.tag() == GRANTED {
            let mine = me.remove();
            return (true, [mine, Some(waker)]);
        }
        return (false, [entry.set_waker(waker), None]);
    }
    // Free permits go to the first in line, even if they are not enough for it.
    let value = me.value();
    let free = value.min(wanted);
    me.set_value(value - free);
    if free == wanted {
        return (true, [Some(waker), None]);
    }
    me.set_note(Claim { wanted, missing: wanted - free });
    me.enqueue(Line::Main, WAITING, waker);
    (false, [None, None])
}

/// Takes permits over from the other future of its task, which waits on behind `me`; what is left of
/// them goes into `rest`, to be given out.
///
/// If they are not enough all of them are given out again, to those before `me` first: were the other
/// to stay in front it would get the next ones too, and hold them while its task waits for `me`; were
/// `me` to hold a part without being the first in line, tasks could wait for each other's parts.
fn take_over(me: &mut LockedPlace<'_, '_>, waker: Waker, rest: &mut usize) -> (bool, Leftover) {
    if me.tag() == GRANTED {
        let mine = me.remove();
        return (true, [mine, Some(waker)]);
    }
    let missing = me.note().missing;
    let Some(other) = me.bring_behind(GIVEN, |entry| entry.same_task(&waker)) else {
        return (false, [Some(waker), None]);
    };
    let Claim { wanted: pool, .. } = other.note();
    other.set_note(Claim { wanted: pool, missing: pool });
    other.set_tag(WAITING);
    let old = other.set_waker(waker);
    if missing > pool {
        *rest = pool;
        return (false, [old, None]);
    }
    *rest = pool - missing;
    (true, [old, me.remove()])
}

/// Goes away from wherever the waiter stands; what it had been given goes to the next.
#[inline(never)]
pub(super) fn leave(semaphore: &Semaphore, waiter: Pin<&mut Place<'_>>) {
    let mut me = waiter.lock();
    let claim = me.note();
    let waker = me.remove();
    drop(me);
    let handout = Handout { semaphore, permits: claim.wanted - claim.missing };
    drop(waker);
    drop(handout);
}
