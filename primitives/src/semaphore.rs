//! [`Semaphore`], asyncio's `Semaphore`, and the permits of both semaphores.

mod permit;

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker, ready};

#[cfg(feature = "std")]
use alloc::sync::Arc;

#[cfg(feature = "std")]
pub use self::permit::OwnedPermit;
pub use self::permit::{Permit, Source};
use crate::coop;
use crate::misuse;
use crate::queue::{
    Entry, Line, Link, Locked, LockedWaiter, WaitQueue, Waiter, WakeList, Word, waiting,
};
use crate::sync::atomic::Ordering;

/// A number of permits that tasks take and give back.
///
/// [`acquire`](Self::acquire) takes one and waits until there is one, [`acquire_many`] takes
/// several at once. The [`Permit`] gives back what it took when it is dropped. As in asyncio, more
/// may be released than was acquired ([`release`](Self::release)); where that would be a mistake
/// use a [`BoundedSemaphore`](crate::BoundedSemaphore), which can't.
///
/// [`acquire_many`]: Self::acquire_many
///
/// # Examples
///
/// ```
/// use underlock::Semaphore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let semaphore = Semaphore::new(2);
/// let first = semaphore.acquire().await;
/// let second = semaphore.acquire().await;
/// assert!(semaphore.try_acquire().is_none());
/// drop(first);
/// assert_eq!(semaphore.available_permits(), 1);
/// # drop(second);
/// # }
/// ```
///
/// # Fairness
///
/// Strictly first in, first out: permits go to who has waited longest, and who wants many is not
/// passed by those who want few. A newcomer never passes anybody who waits.
///
/// # Cancel safety
///
/// An acquire may be dropped at any await point. It leaves no trace; permits that it had been
/// given, in part or in full, go to the next in line.
///
/// # When a future is set aside
///
/// As for a [`Lock`](crate::Lock#when-a-future-is-set-aside): a task does not wait for permits that
/// an acquire of its own was given and has not noticed.
///
/// # Leaks
///
/// A permit that is leaked is not given back, as after [`Permit::forget`]. A future that is leaked
/// in line keeps the permits that it is given.
///
/// # Where this comes from
///
/// [`asyncio.Semaphore`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore).
pub struct Semaphore {
    /// The number is that of the free permits; nobody waits while there are enough for the first
    /// in line, and who waits has taken what there was. The side line holds those who were given
    /// all they want and have not noticed yet.
    queue: Queue,
}

type Queue = WaitQueue<Claim, (), 1>;

/// What a waiter wants.
#[derive(Clone, Copy, Debug, Default)]
struct Claim {
    wanted: usize,
    /// How many of those it does not have yet.
    missing: usize,
}

/// Waits for permits: the future of [`Semaphore::acquire`], [`Semaphore::acquire_many`] and their
/// like on a [`BoundedSemaphore`](crate::BoundedSemaphore).
#[must_use = "no permit is acquired until the future is awaited"]
pub struct AcquirePermit<'a, S: Source> {
    place: Waiter<'a, Claim, (), 1>,
    rest: Order<'a, S>,
}

struct Order<'a, S> {
    source: &'a S,
    wanted: usize,
}

waiting! {
    ['a, S: Source]
    AcquirePermit<'a, S> { place: Waiter<'a, Claim, (), 1>, rest: Order<'a, S> }
    |place: Pin<&mut Waiter<'_, Claim, (), 1>>, order: &mut Order<'_, S>| {
        if place.link() != Link::Idle {
            leave(order.source.semaphore(), place);
        }
    }
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
/// How many of those who were given permits are looked through for one of the same task.
const REACH: usize = 32;

// === impl Semaphore ===

impl Semaphore {
    /// The largest number of permits.
    pub const MAX_PERMITS: usize = Word::MAX_VALUE;

    crate::sync::const_fn! {
        /// Makes a semaphore with this many permits.
        ///
        /// # Examples
        ///
        /// ```
        /// static DOWNLOADS: underlock::Semaphore = underlock::Semaphore::new(8);
        /// ```
        ///
        /// # Panics
        ///
        /// Panics if there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
        #[must_use]
        pub const fn new(permits: usize) -> Self {
            assert!(permits <= Self::MAX_PERMITS, "a semaphore can't have that many permits");
            Self { queue: WaitQueue::new(false, permits, (), ()) }
        }
    }

    /// Takes a permit, and waits for one if there is none.
    ///
    /// # Examples
    ///
    /// See [`Semaphore`].
    #[inline]
    pub fn acquire(&self) -> AcquirePermit<'_, Self> {
        self.acquire_many(1)
    }

    /// Takes `n` permits at once, and waits until there are so many.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = underlock::Semaphore::new(5);
    /// let permit = semaphore.acquire_many(3).await;
    /// assert_eq!(semaphore.available_permits(), 2);
    /// # drop(permit);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `n` is more than [`MAX_PERMITS`](Self::MAX_PERMITS): there would never be so many.
    #[inline]
    pub fn acquire_many(&self, n: usize) -> AcquirePermit<'_, Self> {
        AcquirePermit::new(self, n)
    }

    /// Takes a permit if there is one and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(1);
    /// let permit = semaphore.try_acquire();
    /// assert!(permit.is_some());
    /// assert!(semaphore.try_acquire().is_none());
    /// ```
    #[must_use = "if unused, the permits are given back at once"]
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.try_acquire_many(1)
    }

    /// Takes `n` permits if there are so many and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(3);
    /// assert!(semaphore.try_acquire_many(4).is_none());
    /// assert!(semaphore.try_acquire_many(3).is_some());
    /// ```
    #[must_use = "if unused, the permits are given back at once"]
    #[inline]
    pub fn try_acquire_many(&self, n: usize) -> Option<Permit<'_>> {
        self.try_take(n).then(|| Permit::new(self, n))
    }

    /// Takes a permit that owns its share of the semaphore, to be sent where a borrow can't go.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use underlock::Semaphore;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Arc::new(Semaphore::new(1));
    /// let permit = Arc::clone(&semaphore).acquire_owned().await;
    /// tokio::spawn(async move { permit.release() }).await.unwrap();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # }
    /// ```
    #[cfg(feature = "std")]
    pub async fn acquire_owned(self: Arc<Self>) -> OwnedPermit {
        self.acquire_many_owned(1).await
    }

    /// Takes `n` permits at once, as [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Arc::new(underlock::Semaphore::new(3));
    /// let permit = semaphore.clone().acquire_many_owned(3).await;
    /// assert!(semaphore.is_locked());
    /// # drop(permit);
    /// # }
    /// ```
    #[cfg(feature = "std")]
    pub async fn acquire_many_owned(self: Arc<Self>, n: usize) -> OwnedPermit {
        self.acquire_many(n).await.forget();
        OwnedPermit::new(self, n)
    }

    /// Takes a permit if there is one and nobody waits, as [`acquire_owned`](Self::acquire_owned)
    /// does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// let semaphore = Arc::new(underlock::Semaphore::new(0));
    /// assert!(semaphore.try_acquire_owned().is_none());
    /// ```
    #[cfg(feature = "std")]
    #[must_use = "if unused, the permits are given back at once"]
    pub fn try_acquire_owned(self: Arc<Self>) -> Option<OwnedPermit> {
        self.try_acquire_many_owned(1)
    }

    /// Takes `n` permits if there are so many and nobody waits, as
    /// [`acquire_owned`](Self::acquire_owned) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::sync::Arc;
    /// let semaphore = Arc::new(underlock::Semaphore::new(2));
    /// assert!(semaphore.clone().try_acquire_many_owned(3).is_none());
    /// assert!(semaphore.try_acquire_many_owned(2).is_some());
    /// ```
    #[cfg(feature = "std")]
    #[must_use = "if unused, the permits are given back at once"]
    pub fn try_acquire_many_owned(self: Arc<Self>, n: usize) -> Option<OwnedPermit> {
        self.try_take(n).then(|| OwnedPermit::new(self, n))
    }

    /// Adds a permit, without having one: asyncio's `release`.
    ///
    /// To give back one that was acquired, drop its [`Permit`] or call [`Permit::release`].
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(0);
    /// semaphore.release();
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if that would make more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[inline]
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Adds `n` permits, as [`release`](Self::release) does one.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(1);
    /// semaphore.release_many(3);
    /// assert_eq!(semaphore.available_permits(), 4);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if that would make more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    #[inline]
    pub fn release_many(&self, n: usize) {
        let mut overflows = false;
        let added = self.queue.update(Ordering::Release, |word| {
            if word.has_waiters() {
                return None;
            }
            let sum = word.value().checked_add(n).filter(|sum| *sum <= Self::MAX_PERMITS);
            overflows = sum.is_none();
            sum.map(|sum| Word::of(false, sum))
        });
        if added.is_err() {
            assert!(!overflows && n <= Self::MAX_PERMITS, "{OVERFLOW}");
            Handout { semaphore: self, permits: n }.run();
        }
    }

    /// How many permits can be had at once; none while anybody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Semaphore::new(3).available_permits(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub fn available_permits(&self) -> usize {
        self.queue.word().value()
    }

    /// Whether no permit can be had at once: none is left, or somebody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(underlock::Semaphore::new(0).is_locked());
    /// ```
    #[must_use]
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.available_permits() == 0
    }

    #[inline]
    pub(crate) fn try_take(&self, n: usize) -> bool {
        n == 0
            || self
                .queue
                .update(Ordering::Acquire, |word| {
                    // No value where somebody waits.
                    word.value().checked_sub(n).map(|rest| Word::of(false, rest))
                })
                .is_ok()
    }

    /// How many wait.
    pub(crate) fn waiters(&self) -> usize {
        let mut waiters = 0;
        self.queue.lock().for_each(Line::Main, |_| waiters += 1);
        waiters
    }
}

const OVERFLOW: &str = "a semaphore was given more than `Semaphore::MAX_PERMITS` permits";

/// One permit, as asyncio's.
impl Default for Semaphore {
    fn default() -> Self {
        Self::new(1)
    }
}

misuse::not_to_be_awaited! { [] Semaphore: SemaphoreAwaited }

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("permits", &self.available_permits())
            .field("waiters", &self.waiters())
            .finish()
    }
}

// === giving ===

/// Permits on their way to those who wait. Dropped early, as when a waker panics, it gives them
/// out all the same.
struct Handout<'a> {
    semaphore: &'a Semaphore,
    permits: usize,
}

impl Handout<'_> {
    fn run(&mut self) {
        while self.permits > 0 {
            let mut wakers = WakeList::new();
            let mut queue = self.semaphore.queue.lock();
            let (rest, overflows) = give(&mut queue, self.permits, &mut wakers);
            self.permits = rest;
            drop(queue);
            drop(wakers);
            assert!(!overflows, "{OVERFLOW}");
        }
    }
}

impl Drop for Handout<'_> {
    fn drop(&mut self) {
        self.run();
    }
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
        first.set_note(Claim { missing: 0, ..claim });
        first.set_tag(GRANTED);
        let waker = first.take_waker();
        queue.move_front(Line::Main, GIVEN);
        wakers.push(waker);
    }
    (0, false)
}

// === taking ===

type Place<'w, 'a> = LockedWaiter<'w, 'a, Claim, (), 1, ()>;

fn poll_in_line(
    semaphore: &Semaphore,
    mut waiter: Pin<&mut Waiter<'_, Claim, (), 1>>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<()> {
    if waiter.link() == Link::Linked {
        // Often there is no need for a waker of our own.
        let mut me = waiter.as_mut().lock();
        if me.tag() == GRANTED {
            let mine = me.remove();
            debug_assert!(mine.is_none(), "a grant takes the waker");
            return Poll::Ready(());
        }
        let same_waker = me.entry().is_some_and(|entry| entry.will_wake(cx.waker()));
        if same_waker && look(&mut me, cx.waker()) == Step::Wait {
            return Poll::Pending;
        }
    }
    let mut next = step(waiter.as_mut(), cx, |me, waker| enter(me, wanted, waker));
    if next == Step::TakeOver {
        let mut rest = Handout { semaphore, permits: 0 };
        next = step(waiter, cx, |me, waker| take_over(me, waker, &mut rest.permits));
        rest.run();
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

/// Does one thing under the queue's lock, with a waker cloned before and those that are left
/// dropped after.
fn step(
    waiter: Pin<&mut Waiter<'_, Claim, (), 1>>,
    cx: &mut Context<'_>,
    act: impl FnOnce(&mut Place<'_, '_>, Waker) -> (bool, Leftover),
) -> Step {
    let waker = cx.waker().clone();
    let mut me = waiter.lock();
    let (ready, leftover) = act(&mut me, waker);
    let next = if ready { Step::Ready } else { look(&mut me, cx.waker()) };
    drop(me);
    drop(leftover);
    next
}

/// Looks whether another future of the task of `waker` has permits that `me`, in line, could use,
/// and counts how often it has.
fn look(me: &mut Place<'_, '_>, waker: &Waker) -> Step {
    let found = holder(me, waker);
    let Some(entry) = me.entry() else { return Step::Wait };
    let seen = entry.tag() / SEEN;
    let (seen, step) = match found {
        Found::Nobody => (0, Step::Wait),
        Found::TooMany => (seen, Step::LookAgain),
        Found::First | Found::Given if seen < ROUNDS => (seen + 1, Step::LookAgain),
        Found::First | Found::Given => (0, Step::TakeOver),
    };
    entry.set_tag(WAITING + seen * SEEN);
    step
}

/// Who of a task has permits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nobody,
    /// The first in line, which waits for more.
    First,
    /// One that was given all it wants and has not noticed yet.
    Given,
    /// There are too many of those to look through.
    TooMany,
}

fn holder(me: &Place<'_, '_>, waker: &Waker) -> Found {
    let mut reach = REACH;
    let given = me.find(GIVEN, |entry| {
        reach = reach.saturating_sub(1);
        entry.same_task(waker) || reach == 0
    });
    if let Some(entry) = given {
        return if entry.same_task(waker) { Found::Given } else { Found::TooMany };
    }
    let waits = |first: Entry<'_, Claim>| {
        first.note().wanted > first.note().missing && first.same_task(waker) && !me.is(first)
    };
    if me.front(Line::Main).is_some_and(waits) { Found::First } else { Found::Nobody }
}

/// Takes the permits, or a place in line; gives wakers back to be dropped.
fn enter(me: &mut Place<'_, '_>, wanted: usize, waker: Waker) -> (bool, Leftover) {
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

/// Takes permits over from the other future of its task, which waits on; what is left of them goes
/// into `rest`, to be given out.
///
/// The two go to the head of the line, `me` first if it needs more: were the other there, it would
/// get the next permits, and hold them while its task waits for `me`. Only the first in line may
/// hold a part of what it wants, else tasks could wait for each other's parts; so whoever was first
/// hands its part in.
fn take_over(me: &mut Place<'_, '_>, waker: Waker, rest: &mut usize) -> (bool, Leftover) {
    if me.tag() == GRANTED {
        let mine = me.remove();
        return (true, [mine, Some(waker)]);
    }
    let found = holder(me, &waker);
    if found == Found::Nobody || found == Found::TooMany {
        return (false, [Some(waker), None]);
    }
    let mut pool = 0;
    if let Some(first) = me.front(Line::Main) {
        pool += hand_in(first);
    }
    if found == Found::Given {
        let given = me.bring_forward(GIVEN, Line::Main, |entry| entry.same_task(&waker));
        pool += given.map_or(0, hand_in);
    }
    let old = me.front(Line::Main).and_then(|other| other.set_waker(waker));
    let claim = me.note();
    let taken = claim.missing.min(pool);
    *rest = pool - taken;
    let missing = claim.missing - taken;
    me.set_note(Claim { missing, ..claim });
    let waker = me.remove();
    if missing == 0 {
        return (true, [old, waker]);
    }
    if let Some(waker) = waker {
        me.enqueue_before(Line::Main, WAITING, waker, |_| true);
    }
    (false, [old, None])
}

/// Takes from a waiter what it has of what it wants.
fn hand_in(waiter: Entry<'_, Claim>) -> usize {
    let claim = waiter.note();
    waiter.set_note(Claim { missing: claim.wanted, ..claim });
    waiter.set_tag(WAITING);
    claim.wanted - claim.missing
}

/// Goes away from wherever the waiter stands; what it had been given goes to the next.
#[cold]
fn leave(semaphore: &Semaphore, waiter: Pin<&mut Waiter<'_, Claim, (), 1>>) {
    let mut me = waiter.lock();
    let claim = me.note();
    let waker = me.remove();
    drop(me);
    let handout = Handout { semaphore, permits: claim.wanted - claim.missing };
    drop(waker);
    drop(handout);
}

// === impl AcquirePermit ===

impl<'a, S: Source> AcquirePermit<'a, S> {
    #[inline]
    pub(crate) fn new(source: &'a S, wanted: usize) -> Self {
        assert!(wanted <= Semaphore::MAX_PERMITS, "no semaphore has that many permits");
        let place = Waiter::new(&source.semaphore().queue, Claim::default());
        Self { place, rest: Order { source, wanted } }
    }

    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: misuse::AcquirePermitAwaited,
    {
    }
}

impl<'a, S: Source> Future for AcquirePermit<'a, S> {
    type Output = Permit<'a, S>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (place, order) = self.split();
        let (source, wanted) = (order.source, order.wanted);
        let semaphore = source.semaphore();
        if place.link() == Link::Idle && semaphore.available_permits() >= wanted {
            // As for a lock: a task that is made to yield here has nothing in its hands.
            let budget = ready!(coop::poll_proceed(cx));
            if semaphore.try_take(wanted) {
                budget.made_progress();
                return Poll::Ready(Permit::new(source, wanted));
            }
        }
        ready!(poll_in_line(semaphore, place, wanted, cx));
        Poll::Ready(Permit::new(source, wanted))
    }
}

impl<S: Source> fmt::Debug for AcquirePermit<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquirePermit").field("wanted", &self.rest.wanted).finish_non_exhaustive()
    }
}
