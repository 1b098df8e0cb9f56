//! The monitor: a lock's data, whose turn it is, and the lines of those who wait.
//!
//! The queue's flag says that the lock is held. [`Held`] is the holder's proof: it is made where
//! the flag turns from clear to set or a grant is collected, all of it in this file, and it is the
//! only door to the data.
//!
//! The main line holds those who want the lock, side line `c` those who wait for condition `c`.
//! What a waiter's tag says of it:
//!
//! ```text
//!             acquire                       wait
//!                │                            │
//!                │                         PARKED  in its side line
//!                │                            │ notify: to the end of the main line
//!                │            polled, taken   ▼
//!                │        ┌──────────────── SOFT  ─────────────────┐ release: woken
//!                ▼        ▼                                        ▼
//!               HARD ◄────────────────────────────────────────── WOKEN  in no line
//!                │         polled, taken                           │
//!        release │                                                 │ polled, free
//!                ▼                                                 ▼
//!             GRANTED                                           has it
//!                │ polled
//!                ▼
//!             has it
//! ```
//!
//! - A release grants to the first HARD one, if anybody in line is HARD: the flag stays set, and
//!   newcomers can't get in between. If the first in line is SOFT it is woken as well. If all are
//!   SOFT, the release wakes the first and leaves the lock free to whoever comes first. So a
//!   notifier that goes on at once keeps the lock, a notified waiter is woken when there is a lock
//!   to be had, and a SOFT one whose task never runs holds up no HARD one. (Behind more SOFT ones
//!   than a release looks through, the first of those is granted the lock, whoever it is.)
//! - A WOKEN waiter that finds the lock taken goes back before everybody who was behind it: it is
//!   RETURNED, and the turn noted when it was woken orders it among others of its kind.
//! - A GRANTED waiter stays at the head of the line until its future is polled. If its task asks
//!   for the lock in another future, round after round, and does not poll that one, the other
//!   takes the grant over and the first waits on in the other's place: a task does not wait for a
//!   grant that only itself could collect, and passes nobody.
//! - `notify_all` moves a side line in O(1) and so touches no waiter. One that is still PARKED by
//!   its tag knows that it was notified by the condition's epoch, which has moved on since.
//!
//! Invariant: while the lock is free nobody HARD or GRANTED is in line, and if anybody SOFT is,
//! some WOKEN waiter has yet to run: when it takes the lock, or goes away, the next is woken.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::ptr;
use core::task::{Context, Poll, Waker, ready};

#[cfg(feature = "std")]
use alloc::sync::Arc;

use crate::coop;
use crate::queue::{Entry, Line, Link, Locked, LockedWaiter, WaitQueue, Waiter, Word};
use crate::sync::atomic::Ordering;

/// A lock's queue and data. The note of a waiter is its epoch while PARKED, later its turn.
pub(crate) type Monitor<T, const N: usize> = WaitQueue<u32, [Side; N], N, DataCell<T>>;
/// A place in one of a monitor's lines.
pub(crate) type Place<'a, T, const N: usize> = Waiter<'a, u32, [Side; N], N, DataCell<T>>;
type Lines<'a, T, const N: usize> = Locked<'a, u32, [Side; N], N, DataCell<T>>;
type LockedPlace<'w, 'a, T, const N: usize> = LockedWaiter<'w, 'a, u32, [Side; N], N, DataCell<T>>;

/// What a monitor keeps for each condition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    /// How many times all were notified.
    epoch: u32,
    /// In the first one, for the whole monitor: how many in the main line are HARD. A lock
    /// without conditions has no soft waiters and does not ask.
    hard: u32,
    /// In the first one, for the whole monitor: the turn of the last who was WOKEN.
    turn: u32,
}

impl Side {
    pub(crate) const NEW: Self = Self { epoch: 0, hard: 0, turn: 0 };
}

const FREE: Word = Word::of(false, 0);
const HELD: Word = Word::of(true, 0);

// Tags.
const KIND: u16 = 0b00_111;
const PARKED: u16 = 1;
const SOFT: u16 = 2;
const HARD: u16 = 3;
const GRANTED: u16 = 4;
const WOKEN: u16 = 5;
/// Others were waiting still when this one was notified: one of them inherits its notification.
const HEIR: u16 = 0b01_000;
/// HARD, and WOKEN before: one of the first in line, by its turn.
const RETURNED: u16 = 0b10_000;
/// How many polls in a row have seen the lock granted to another future of their task, which did
/// not notice: a number of these.
const SEEN: u16 = 0b100_000;

/// How many rounds of its task a future gets to notice that it was granted the lock, before another
/// future of that task takes it over. One is not enough: the other may be polled first; nor are
/// two: `join!` changes the order from one round to the next.
const ROUNDS: u16 = 2;
/// How far a release looks for somebody HARD behind SOFT ones. A bound keeps it O(1).
const REACH: usize = 16;

/// Wakers to drop once the queue is unlocked.
type Leftover = [Option<Waker>; 2];

// === the cell ===

/// The data of a lock.
pub(crate) struct DataCell<T: ?Sized>(UnsafeCell<T>);

// SAFETY: the data is reached through `Held` alone, which one thread has at a time.
unsafe impl<T: ?Sized + Send> Sync for DataCell<T> {}

impl<T> DataCell<T> {
    pub(crate) const fn new(data: T) -> Self {
        Self(UnsafeCell::new(data))
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> DataCell<T> {
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

/// How a guard refers to its lock: always to the same one, by whichever means.
pub(crate) trait Holder {
    type Data: ?Sized;
    fn cell(&self) -> &DataCell<Self::Data>;
    fn hand_on(&self);
}

impl<T: ?Sized, const N: usize> Holder for &Monitor<T, N> {
    type Data = T;

    #[inline]
    fn cell(&self) -> &DataCell<T> {
        &self.attached
    }

    #[inline]
    fn hand_on(&self) {
        release(self);
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize> Holder for Arc<crate::Lock<T, N>> {
    type Data = T;

    #[inline]
    fn cell(&self) -> &DataCell<T> {
        &self.monitor.attached
    }

    #[inline]
    fn hand_on(&self) {
        release(&self.monitor);
    }
}

/// The proof that the lock is held. Dropping it releases.
pub(crate) struct Held<H: Holder> {
    holder: H,
    /// As if the data were in here: sending or sharing the proof sends or shares the data.
    _data: PhantomData<H::Data>,
}

/// A [`Held`] between two holders.
#[cfg(feature = "std")]
pub(crate) struct Detached(*const ());

impl<'a, T: ?Sized, const N: usize> Held<&'a Monitor<T, N>> {
    /// Made by whoever set the flag, or found itself granted.
    #[inline]
    fn new(holder: &'a Monitor<T, N>) -> Self {
        Self { holder, _data: PhantomData }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub(crate) fn try_take(monitor: &'a Monitor<T, N>) -> Option<Self> {
        (monitor.exchange(FREE, HELD, Ordering::Acquire) || take_before_line(monitor))
            .then(|| Self::new(monitor))
    }

    #[inline]
    pub(crate) fn monitor(&self) -> &'a Monitor<T, N> {
        self.holder
    }

    /// Separates the proof from the borrow of the lock.
    #[cfg(feature = "std")]
    pub(crate) fn detach(self) -> Detached {
        Detached(ptr::from_ref(mem::ManuallyDrop::new(self).holder).cast())
    }
}

#[cfg(feature = "std")]
impl<T: ?Sized, const N: usize> Held<Arc<crate::Lock<T, N>>> {
    /// Ties the proof to an owner of the same lock.
    pub(crate) fn attach(holder: Arc<crate::Lock<T, N>>, proof: &Detached) -> Self {
        assert!(ptr::addr_eq(&raw const holder.monitor, proof.0), "the proof is of another lock");
        Self { holder, _data: PhantomData }
    }
}

impl<H: Holder> Held<H> {
    #[inline]
    pub(crate) fn data(&self) -> &H::Data {
        // SAFETY: `self` proves that its holder's lock is held by `self` alone, for as long as it
        // is borrowed.
        unsafe { &*self.holder.cell().0.get() }
    }

    #[inline]
    pub(crate) fn data_mut(&mut self) -> &mut H::Data {
        // SAFETY: as in `data`, and the borrow of `self` is exclusive.
        unsafe { &mut *self.holder.cell().0.get() }
    }
}

impl<H: Holder> Drop for Held<H> {
    #[inline]
    fn drop(&mut self) {
        self.holder.hand_on();
    }
}

// === acquire and release ===

/// Takes a free lock that others are in line for.
#[inline(never)]
fn take_before_line<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>) -> bool {
    monitor.update(Ordering::Acquire, |word| (!word.flag()).then(|| word.with_flag(true))).is_ok()
}

#[inline]
fn release<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>) {
    if monitor.word() != HELD || !monitor.exchange(HELD, FREE, Ordering::Release) {
        release_in_line(monitor);
    }
}

#[inline(never)]
fn release_in_line<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>) {
    match monitor.try_lock() {
        Some(lines) => hand_on(lines),
        None => release_contended(monitor),
    }
}

#[cold]
fn release_contended<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>) {
    hand_on(monitor.lock());
}

/// Polls for the lock, in line if it is not to be had at once.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a free lock is to cost no call")]
pub(crate) fn poll_acquire<'a, T: ?Sized, const N: usize>(
    place: Pin<&mut Place<'a, T, N>>,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    let monitor = place.queue();
    if place.link() != Link::Idle {
        return poll_again(place, cx);
    }
    if monitor.word() == FREE {
        // The budget is asked only for a free lock: a task that is made to yield has no grant in
        // its hands, and nobody HARD is in line, so it loses no place by not queueing.
        let budget = ready!(coop::poll_proceed(cx));
        if monitor.exchange(FREE, HELD, Ordering::Acquire) {
            budget.made_progress();
            return Poll::Ready(Held::new(monitor));
        }
        coop::give_back(budget);
    }
    enter(place, cx)
}

/// Polls one who has been in line.
#[inline(never)]
fn poll_again<'a, T: ?Sized, const N: usize>(
    mut place: Pin<&mut Place<'a, T, N>>,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    let monitor = place.queue();
    // As a rule it was granted the lock.
    if place.is_linked() {
        if let Some(mut me) = place.as_mut().try_lock() {
            if me.remove_told(KIND, GRANTED) {
                return Poll::Ready(Held::new(monitor));
            }
        }
    } else if !monitor.word().flag() {
        return take_free(place, cx);
    }
    poll_otherwise(place, cx)
}

/// [`poll_again`] in all cases but the most frequent.
#[inline(never)]
fn poll_otherwise<'a, T: ?Sized, const N: usize>(
    mut place: Pin<&mut Place<'a, T, N>>,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    // Often there is no need for a waker of our own.
    if place.is_linked() && stays(&place.as_mut().lock(), cx.waker()) {
        return Poll::Pending;
    }
    let waker = cx.waker().clone();
    enter_line(place, waker, cx)
}

/// Whether there is nothing to change about one in line who was polled again, no waker either.
#[inline]
fn stays<T: ?Sized, const N: usize>(me: &LockedPlace<'_, '_, T, N>, waker: &Waker) -> bool {
    me.entry().is_some_and(|entry| {
        let stays =
            entry.will_wake(waker) && kind(entry.tag()) == HARD && !granted_to_task_of(me, waker);
        if stays {
            entry.set_tag(entry.tag() % SEEN);
        }
        stays
    })
}

/// Takes the lock if it is free, or a place in line, for one who has none.
#[inline(never)]
fn enter<'a, T: ?Sized, const N: usize>(
    mut place: Pin<&mut Place<'a, T, N>>,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    if !place.queue().word().flag() {
        return take_free(place, cx);
    }
    let waker = cx.waker().clone();
    if let Some(mut me) = place.as_mut().try_lock() {
        if me.flag() && !granted_to_task_of(&me, &waker) {
            me.enqueue(Line::Main, HARD, waker);
            count_hard(&mut me, 1);
            return Poll::Pending;
        }
    }
    enter_line(place, waker, cx)
}

/// Takes the lock before those in line, none of whom is HARD.
#[inline(never)]
fn take_free<'a, T: ?Sized, const N: usize>(
    mut place: Pin<&mut Place<'a, T, N>>,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    let budget = ready!(coop::poll_proceed(cx));
    if let Some(held) = Held::try_take(place.queue()) {
        budget.made_progress();
        place.as_mut().acknowledge();
        return Poll::Ready(held);
    }
    coop::give_back(budget);
    let waker = cx.waker().clone();
    enter_line(place, waker, cx)
}

/// Takes a place in the main line, or the lock if it has become free: what [`enter`] and
/// [`poll_again`] leave to do.
#[inline(never)]
fn enter_line<'a, T: ?Sized, const N: usize>(
    place: Pin<&mut Place<'a, T, N>>,
    waker: Waker,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    let mut me = place.lock();
    let (held, leftover) = enter_locked(&mut me, waker);
    // Whoever was granted the lock gets a round of our task to notice.
    let once_more = held.is_none() && granted_to_task_of(&me, cx.waker());
    drop(me);
    drop(leftover);
    if once_more {
        cx.waker().wake_by_ref();
    }
    held.map_or(Poll::Pending, Poll::Ready)
}

fn enter_locked<'a, T: ?Sized, const N: usize>(
    me: &mut LockedPlace<'_, 'a, T, N>,
    waker: Waker,
) -> (Option<Held<&'a Monitor<T, N>>>, Leftover) {
    let monitor = me.queue();
    let tag = me.tag();
    let linked = me.link() == Link::Linked;
    if linked && kind(tag) == GRANTED {
        let mine = me.remove();
        return (Some(Held::new(monitor)), [mine, Some(waker)]);
    }
    if !me.flag() {
        me.set_flag(true);
        let mine = leave_line(me);
        return (Some(Held::new(monitor)), [mine, Some(waker)]);
    }
    let seen = if granted_to_task_of(me, &waker) { tag / SEEN + 1 } else { 0 };
    if seen > ROUNDS {
        // The two change places, so that nobody of another task is passed.
        let turn = me.note();
        if let Some(other) = me.bring_behind(Line::Main, |_| true) {
            other.set_tag(HARD | other.tag() & HEIR | tag & RETURNED);
            other.set_note(turn);
            let old = other.set_waker(waker);
            count_hard(me, 1);
            let mine = leave_line(me);
            return (Some(Held::new(monitor)), [mine, old]);
        }
    }
    let seen = seen * SEEN;
    let old = if kind(tag) == WOKEN {
        // In no line: whoever is WOKEN was taken out of it, and nobody else is.
        let turn = me.note();
        let goes_first = |other: Entry<'_, u32>| {
            kind(other.tag()) == GRANTED
                || other.tag() & RETURNED != 0 && other.note().wrapping_sub(turn) > u32::MAX / 2
        };
        let tag = HARD | RETURNED | tag & HEIR | seen;
        me.enqueue_before(Line::Main, tag, waker, |other| !goes_first(other));
        count_hard(me, 1);
        None
    } else if let Some(entry) = me.entry() {
        let old = entry.set_waker(waker);
        entry.set_tag(HARD | tag & (HEIR | RETURNED) | seen);
        if kind(tag) != HARD {
            count_hard(me, 1);
        }
        old
    } else {
        me.enqueue(Line::Main, HARD | seen, waker);
        count_hard(me, 1);
        None
    };
    (None, [old, None])
}

/// Whether the lock is granted to a future of the task of `waker` that has not noticed yet.
#[inline]
fn granted_to_task_of<T: ?Sized, const N: usize>(lines: &Lines<'_, T, N>, waker: &Waker) -> bool {
    lines
        .front(Line::Main)
        .is_some_and(|front| kind(front.tag()) == GRANTED && front.same_task(waker))
}

/// Gives up the held lock: grants it to somebody in line, or leaves it free.
#[inline]
fn hand_on<T: ?Sized, const N: usize>(mut lines: Lines<'_, T, N>) {
    debug_assert!(lines.flag(), "released without being held");
    let Some(first) = lines.front(Line::Main) else {
        return lines.set_flag(false);
    };
    debug_assert!(kind(first.tag()) != GRANTED, "two hold the lock");
    let waker = if kind(first.tag()) == HARD {
        let waker = first.tell(granted);
        count_hard(&mut lines, -1);
        waker
    } else if lines.shared().first().is_none_or(|side| side.hard == 0) {
        lines.set_flag(false);
        wake_soft(&mut lines)
    } else {
        return hand_on_past_soft(lines);
    };
    drop(lines);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// [`hand_on`] where somebody HARD is behind somebody SOFT.
#[cold]
fn hand_on_past_soft<T: ?Sized, const N: usize>(mut lines: Lines<'_, T, N>) {
    let mut reach = REACH;
    let found = lines.find(Line::Main, |entry| {
        reach = reach.saturating_sub(1);
        kind(entry.tag()) == HARD || reach == 0
    });
    let mut woken = None;
    if found.is_some_and(|entry| kind(entry.tag()) == HARD) {
        woken = wake_soft(&mut lines);
        lines.bring_forward(Line::Main, Line::Main, |entry| kind(entry.tag()) == HARD);
    }
    let was_hard = lines.front(Line::Main).is_some_and(|first| kind(first.tag()) == HARD);
    let granted = lines.front(Line::Main).and_then(|first| first.tell(granted));
    if was_hard {
        count_hard(&mut lines, -1);
    }
    drop(lines);
    wake_both(woken, granted);
}

/// Takes the first in line, which is SOFT, out of it to be woken.
fn wake_soft<T: ?Sized, const N: usize>(lines: &mut Lines<'_, T, N>) -> Option<Waker> {
    let turn = {
        let side = lines.shared().first_mut()?;
        side.turn = side.turn.wrapping_add(1);
        side.turn
    };
    let first = lines.front(Line::Main)?;
    first.set_tag(WOKEN | first.tag() & HEIR);
    first.set_note(turn);
    lines.pop_front(Line::Main)
}

/// Takes `me` out of line as one who will not come back to its place.
fn leave_line<T: ?Sized, const N: usize>(me: &mut LockedPlace<'_, '_, T, N>) -> Option<Waker> {
    if me.link() == Link::Linked && kind(me.tag()) == HARD {
        count_hard(me, -1);
    }
    me.remove()
}

fn count_hard<T: ?Sized, const N: usize>(lines: &mut Lines<'_, T, N>, change: i32) {
    if let Some(side) = lines.shared().first_mut() {
        side.hard = side.hard.wrapping_add_signed(change);
    }
}

/// The tag of one who is given the lock.
#[inline]
fn granted(tag: u16) -> u16 {
    GRANTED | tag & (HEIR | RETURNED)
}

#[inline]
fn kind(tag: u16) -> u16 {
    tag & KIND
}

/// Wakes both, also when the first panics.
fn wake_both(first: Option<Waker>, second: Option<Waker>) {
    struct Second(Option<Waker>);

    impl Drop for Second {
        fn drop(&mut self) {
            if let Some(waker) = self.0.take() {
                waker.wake();
            }
        }
    }

    let _second = Second(second);
    if let Some(waker) = first {
        waker.wake();
    }
}

// === conditions ===

/// Gives the lock up and waits for condition `side`.
#[inline(never)]
pub(crate) fn park<T: ?Sized, const N: usize>(
    place: Pin<&mut Place<'_, T, N>>,
    held: Held<&Monitor<T, N>>,
    side: usize,
    waker: Waker,
) {
    debug_assert!(ptr::addr_eq(held.monitor(), place.queue()));
    let mut me = place.lock();
    let epoch = me.shared()[side].epoch;
    mem::forget(held);
    me.set_note(epoch);
    me.enqueue(Line::Side(side), PARKED, waker);
    hand_on(me.into_locked());
}

/// Polls one who waits for condition `side`: for a notification, then for the lock.
#[inline]
pub(crate) fn poll_parked<'a, T: ?Sized, const N: usize>(
    place: Pin<&mut Place<'a, T, N>>,
    side: usize,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    // Once it is not PARKED it never is again; a PARKED one has to look under the internal lock.
    if place.link() != Link::Linked || kind(place.tag()) != PARKED {
        return poll_again(place, cx);
    }
    poll_unnotified(place, side, cx)
}

#[inline(never)]
fn poll_unnotified<'a, T: ?Sized, const N: usize>(
    mut place: Pin<&mut Place<'a, T, N>>,
    side: usize,
    cx: &mut Context<'_>,
) -> Poll<Held<&'a Monitor<T, N>>> {
    let mut me = place.as_mut().lock();
    let same_waker = me.entry().is_some_and(|entry| entry.will_wake(cx.waker()));
    if same_waker && is_parked(&mut me, side) {
        return Poll::Pending;
    }
    let is_notified = !is_parked(&mut me, side);
    drop(me);
    let waker = cx.waker().clone();
    if is_notified {
        return enter_line(place, waker, cx);
    }
    let mut me = place.as_mut().lock();
    if !is_parked(&mut me, side) {
        // Notified meanwhile.
        drop(me);
        return enter_line(place, waker, cx);
    }
    let old = me.entry().and_then(|entry| entry.set_waker(waker));
    drop(me);
    drop(old);
    Poll::Pending
}

/// Whether a linked waiter waits to be notified still.
fn is_parked<T: ?Sized, const N: usize>(me: &mut LockedPlace<'_, '_, T, N>, side: usize) -> bool {
    kind(me.tag()) == PARKED && me.note() == me.shared()[side].epoch
}

/// Notifies the `count` who have waited longest for condition `side`. The caller holds the lock.
#[inline]
pub(crate) fn notify<T: ?Sized, const N: usize>(
    monitor: &Monitor<T, N>,
    side: usize,
    count: usize,
) {
    // Only a holder adds to a side line, so one that looks empty is.
    if count != 0 && monitor.has_side(side) {
        notify_in_line(monitor, side, count);
    }
}

#[inline(never)]
fn notify_in_line<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>, side: usize, count: usize) {
    let mut lines = monitor.lock();
    let heir = if more_than(&lines, side, count) { HEIR } else { 0 };
    for _ in 0..count {
        let Some(entry) = lines.move_front(Line::Side(side), Line::Main) else {
            break;
        };
        entry.set_tag(SOFT | heir);
    }
}

/// Whether more than `count` wait for condition `side`.
fn more_than<T: ?Sized, const N: usize>(
    lines: &Lines<'_, T, N>,
    side: usize,
    count: usize,
) -> bool {
    let mut seen = 0;
    lines
        .find(Line::Side(side), |_| {
            seen += 1;
            seen > count
        })
        .is_some()
}

/// Notifies all who wait for condition `side`. The caller holds the lock.
pub(crate) fn notify_all<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>, side: usize) {
    if monitor.has_side(side) {
        let mut lines = monitor.lock();
        let epoch = &mut lines.shared()[side].epoch;
        *epoch = epoch.wrapping_add(1);
        lines.move_all(Line::Side(side), Line::Main);
    }
}

// === going away ===

/// Goes away from wherever the waiter stands: what it had been given, the lock or a notification
/// of condition `side`, goes to the next.
#[inline(never)]
pub(crate) fn leave<T: ?Sized, const N: usize>(
    place: Pin<&mut Place<'_, T, N>>,
    side: Option<usize>,
) {
    let mut me = place.lock();
    let tag = me.tag();
    let woken = me.link() == Link::Popped;
    if let (Some(side), true) = (side, tag & HEIR != 0) {
        let heir = if more_than(&me, side, 1) { HEIR } else { 0 };
        if let Some(entry) = me.move_front(Line::Side(side), Line::Main) {
            entry.set_tag(SOFT | heir);
        }
    }
    let mine = leave_line(&mut me);
    if kind(tag) == GRANTED {
        hand_on(me.into_locked());
    } else if woken && !me.flag() {
        let next = wake_soft(&mut me);
        drop(me);
        if let Some(waker) = next {
            waker.wake();
        }
    } else {
        drop(me);
    }
    drop(mine);
}

// === looking ===

/// Whether the lock is held, and how many wait for it.
pub(crate) fn census<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>) -> (bool, usize) {
    let lines = monitor.lock();
    let mut waiters = 0;
    lines.for_each(Line::Main, |entry| waiters += usize::from(kind(entry.tag()) != GRANTED));
    (lines.flag(), waiters)
}

/// How many wait to be notified of condition `side`.
pub(crate) fn parked<T: ?Sized, const N: usize>(monitor: &Monitor<T, N>, side: usize) -> usize {
    let mut parked = 0;
    monitor.lock().for_each(Line::Side(side), |_| parked += 1);
    parked
}
