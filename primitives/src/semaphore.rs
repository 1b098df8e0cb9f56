//! [`Semaphore`], asyncio's `Semaphore`, and the permits of both semaphores.

mod closable;
mod many;
mod permit;
mod protocol;

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

#[cfg(feature = "std")]
use alloc::sync::Arc;

pub use self::closable::{AcquireUnlessClosed, Closable, Closed};
pub use self::many::Many;
#[cfg(feature = "std")]
pub use self::permit::OwnedPermit;
pub use self::permit::{Permit, PermitSource};
use self::protocol::{Claim, Permits, cancel, poll_contended, poll_queued, release_permits};
use crate::coop;
use crate::misuse;
use crate::queue::{Link, WaitQueue, Waiter, Word, queue_is_field, waiting};
use crate::sealed::Inside;
use crate::sync::atomic::{AtomicUsize, Ordering};

/// A counting semaphore: permits that tasks acquire and release.
///
/// [`acquire`](Self::acquire) takes one and waits until there is one, [`acquire_many`] takes
/// several at once. The [`Permit`] returns what it took when it is dropped. As in asyncio, more
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
/// FIFO: permits are granted in arrival order, and a large request at the head of the queue is never
/// overtaken by smaller ones. Nobody barges past a waiter.
///
/// # Cancel safety
///
/// An acquire may be dropped at any await point. It leaves no trace, and permits that it had been
/// granted, in part or in full, go to the next.
///
/// # Futurelock
///
/// As for a [`Lock`](crate::Lock#futurelock): a task does not wait for permits that another acquire of
/// its own was granted and has not collected. The waiter takes them over if they are all that it still
/// needs; otherwise they go to the next in the queue. Either way the other acquire waits on behind it.
/// (An acquire that holds a part of what it wants queues as anybody does, and those behind it wait,
/// of its own task too.)
///
/// # Leaks
///
/// A permit that is leaked is not released, as after [`Permit::forget`]. A future that is leaked while
/// it is queued keeps the permits that it is granted, and those behind it wait until it has all it
/// wants.
///
/// # Where this comes from
///
/// [`asyncio.Semaphore`](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore).
pub struct Semaphore {
    queue: WaitQueue<Permits>,
    /// How many permits there are, free, held, or with a waiter, less those that are owed since the
    /// semaphore shrank. Acquiring and giving back leave it alone.
    total: AtomicUsize,
}

queue_is_field! { [] Semaphore: Permits = queue }

/// Waits for permits: the future of [`Semaphore::acquire`], [`Semaphore::acquire_many`] and their
/// like on a [`BoundedSemaphore`](crate::BoundedSemaphore).
#[must_use = "no permit is acquired until the future is awaited"]
pub struct AcquirePermit<'a, S: PermitSource> {
    waiter: Waiter<&'a Semaphore, Claim>,
    rest: Order<'a, S>,
}

struct Order<'a, S> {
    source: &'a S,
    wanted: usize,
}

waiting! {
    ['a, S: PermitSource]
    AcquirePermit<'a, S> { waiter: Waiter<&'a Semaphore, Claim>, rest: Order<'a, S> }
    |waiter: Pin<&mut Waiter<&'a Semaphore, Claim>>, _: &mut Order<'a, S>| if !waiter.is_idle() {
        cancel(waiter.seat());
    }
}

// === impl Semaphore ===

impl Semaphore {
    /// The largest number of permits.
    pub const MAX_PERMITS: usize = Word::MAX_COUNT;

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
        #[track_caller]
        pub const fn new(permits: usize) -> Self {
            assert!(permits <= Self::MAX_PERMITS, "a semaphore can't have that many permits");
            Self { queue: protocol::new_queue(permits), total: AtomicUsize::new(permits) }
        }
    }

    /// Acquires a permit, waiting until one is granted.
    ///
    /// # Examples
    ///
    /// See [`Semaphore`].
    #[inline]
    pub fn acquire(&self) -> AcquirePermit<'_, Self> {
        self.acquire_many(1)
    }

    /// Acquires `n` permits at once, waiting until all are granted.
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
    /// Panics if `n` is more than [`MAX_PERMITS`](Self::MAX_PERMITS): it could never be granted.
    #[inline]
    #[track_caller]
    pub fn acquire_many(&self, n: usize) -> AcquirePermit<'_, Self> {
        AcquirePermit::new(self, n)
    }

    /// Acquires a permit if one is free and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(1);
    /// let permit = semaphore.try_acquire();
    /// assert!(permit.is_some());
    /// assert!(semaphore.try_acquire().is_none());
    /// ```
    #[must_use = "if unused, the permits are released at once"]
    #[inline]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.try_acquire_many(1)
    }

    /// Acquires `n` permits if as many are free and nobody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(3);
    /// assert!(semaphore.try_acquire_many(4).is_none());
    /// assert!(semaphore.try_acquire_many(3).is_some());
    /// ```
    #[must_use = "if unused, the permits are released at once"]
    #[inline]
    pub fn try_acquire_many(&self, n: usize) -> Option<Permit<'_>> {
        self.try_take(n).then(|| Permit::new(self, n))
    }

    /// `n` permits at once as the head of a block.
    ///
    /// # Examples
    ///
    /// ```
    /// use underlock::{Busy, Semaphore, sync_block};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let semaphore = Semaphore::new(5);
    /// sync_block!(permits = semaphore.many(3), {
    ///     assert_eq!(permits.count(), 3);
    /// });
    /// let outcome = sync_block!(_permits = semaphore.many(6).now(), {});
    /// assert_eq!(outcome, Err(Busy));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`acquire_many`](Self::acquire_many).
    #[track_caller]
    pub fn many(&self, n: usize) -> Many<'_, Self> {
        Many::new(self, n)
    }

    /// Acquires a permit by blocking this thread until one is granted.
    ///
    /// For threads outside the runtime, `spawn_blocking` and `block_in_place` among them. In async
    /// code it would keep the thread from running the very task that has the permit: use
    /// [`acquire`](Self::acquire) there. Threads and tasks wait in one queue.
    ///
    /// # Panics
    ///
    /// With feature `tokio`, panics if it has to wait on a thread that is running a runtime's tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(2);
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| semaphore.blocking_acquire().release());
    ///     }
    /// });
    /// assert_eq!(semaphore.available_permits(), 2);
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire(&self) -> Permit<'_> {
        self.blocking_acquire_many(1)
    }

    /// Acquires `n` permits at once, as [`blocking_acquire`](Self::blocking_acquire) does one.
    ///
    /// # Panics
    ///
    /// As for [`blocking_acquire`](Self::blocking_acquire) and [`acquire_many`](Self::acquire_many).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(3);
    /// let permit = semaphore.blocking_acquire_many(2);
    /// assert_eq!(semaphore.available_permits(), 1);
    /// # drop(permit);
    /// ```
    #[cfg(feature = "std")]
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: usize) -> Permit<'_> {
        match self.try_acquire_many(n) {
            Some(permit) => permit,
            None => crate::blocking::block_on(self.acquire_many(n)),
        }
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
    ///
    /// # Panics
    ///
    /// The future panics when it is polled first if `n` is more than
    /// [`MAX_PERMITS`](Self::MAX_PERMITS): it could never be granted.
    #[cfg(feature = "std")]
    pub async fn acquire_many_owned(self: Arc<Self>, n: usize) -> OwnedPermit {
        let n = self.acquire_many(n).await.detach();
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
    #[must_use = "if unused, the permits are released at once"]
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
    #[must_use = "if unused, the permits are released at once"]
    pub fn try_acquire_many_owned(self: Arc<Self>, n: usize) -> Option<OwnedPermit> {
        self.try_take(n).then(|| OwnedPermit::new(self, n))
    }

    /// Adds a permit, without having one: asyncio's `release`.
    ///
    /// To release one that was acquired, drop its [`Permit`] or call [`Permit::release`].
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
    /// Panics if that would make more than [`MAX_PERMITS`](Self::MAX_PERMITS), those that are held
    /// included. The semaphore is then as it was.
    #[inline]
    #[track_caller]
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
    /// As for [`release`](Self::release).
    #[doc(alias = "add_permits")]
    #[inline]
    #[track_caller]
    pub fn release_many(&self, n: usize) {
        // Acquire: pairs with `shrink`, so that permits that made room are gone from the queue's
        // word too.
        let grown = self.total.fetch_update(Ordering::Acquire, Ordering::Relaxed, |total| {
            total.checked_add(n).filter(|total| *total <= Self::MAX_PERMITS)
        });
        assert!(grown.is_ok(), "{OVERFLOW}");
        self.give_back(n);
    }

    /// Forgets up to `n` of the free permits and returns how many: the semaphore has that many fewer
    /// from now on.
    ///
    /// None is free while anybody waits. What somebody has acquired is forgotten by
    /// [`Permit::forget`]; a semaphore whose size changes is a
    /// [`BoundedSemaphore`](crate::BoundedSemaphore) that is
    /// [resized](crate::BoundedSemaphore::resize).
    ///
    /// # Examples
    ///
    /// ```
    /// let semaphore = underlock::Semaphore::new(3);
    /// assert_eq!(semaphore.forget_permits(2), 2);
    /// assert_eq!(semaphore.forget_permits(2), 1);
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    ///
    /// # Where this comes from
    ///
    /// tokio's `Semaphore::forget_permits`.
    pub fn forget_permits(&self, n: usize) -> usize {
        let forgotten = self.queue.update(Ordering::Relaxed, |word| {
            (word.count() > 0).then(|| Word::idle(false, word.count().saturating_sub(n)))
        });
        let forgotten = match forgotten {
            Ok(before) => before.count().min(n),
            Err(word) if word.flag() => protocol::forget_of_closed(&self.queue, n),
            Err(_) => 0,
        };
        self.shrink(forgotten);
        forgotten
    }

    /// Frees permits that there are already: so there is room for them.
    #[inline]
    pub(crate) fn give_back(&self, n: usize) {
        let added = self.queue.update(Ordering::Release, |word| {
            if word.has_waiters() || word.flag() {
                return None;
            }
            Some(Word::idle(false, word.count() + n))
        });
        if added.is_err() {
            release_permits(&self.queue, n);
        }
    }

    /// Makes room for the permits of one who will not give them back.
    #[inline]
    pub(crate) fn shrink(&self, n: usize) {
        let mut unpaid = 0;
        // Release: pairs with `release_many`.
        let _ = self.total.fetch_update(Ordering::Release, Ordering::Relaxed, |total| {
            unpaid = n.saturating_sub(total);
            Some(total.saturating_sub(n))
        });
        // More than there are to be: those were owed, and are paid.
        if unpaid > 0 {
            self.give_back(unpaid);
        }
    }

    /// How many permits there are, or will be once what is owed has been paid.
    pub(crate) fn total(&self) -> usize {
        self.total.load(Ordering::Relaxed)
    }

    /// Changes how many permits there are.
    pub(crate) fn set_total(&self, total: usize) {
        protocol::resize(&self.queue, &self.total, total);
    }

    /// Returns the number of free permits: zero while anybody waits.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(underlock::Semaphore::new(3).available_permits(), 3);
    /// ```
    #[must_use]
    #[inline]
    pub fn available_permits(&self) -> usize {
        let word = self.queue.word();
        if word.flag() { protocol::free_by_ledger(&self.queue) } else { word.count() }
    }

    /// Whether no permit is free: none is left, or somebody waits.
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

    /// Takes permits of a semaphore that is not closed, or of one that may be.
    #[inline]
    pub(crate) fn try_take(&self, n: usize) -> bool {
        n == 0
            || self
                .queue
                .update(Ordering::Acquire, |word| {
                    // No count where somebody waits, or while the ledger says anything.
                    word.count().checked_sub(n).map(|rest| Word::idle(false, rest))
                })
                .is_ok()
    }

    /// Takes permits if they are free, or tells that the semaphore is closed.
    pub(crate) fn try_take_unless_closed(&self, n: usize) -> Option<Result<(), Closed>> {
        if n > 0 && self.try_take(n) {
            return Some(Ok(()));
        }
        if protocol::is_closed(&self.queue) {
            return Some(Err(Closed));
        }
        (n == 0).then_some(Ok(()))
    }

    /// How many wait.
    pub(crate) fn waiters(&self) -> usize {
        protocol::waiters(&self.queue)
    }
}

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

const OVERFLOW: &str = "a semaphore has at most `Semaphore::MAX_PERMITS` permits, those that are held \
                        included";

// === impl AcquirePermit ===

impl<'a, S: PermitSource> AcquirePermit<'a, S> {
    #[inline]
    #[track_caller]
    pub(crate) fn new(source: &'a S, wanted: usize) -> Self {
        source.check(wanted, Inside);
        let waiter = Waiter::new(source.semaphore(Inside), Claim::default());
        Self { waiter, rest: Order { source, wanted } }
    }

    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: misuse::AcquirePermitAwaited,
    {
    }
}

impl<'a, S: PermitSource> Future for AcquirePermit<'a, S> {
    type Output = Permit<'a, S>;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "the uncontended path must not cost a call")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (waiter, order) = self.split();
        match ready!(poll_acquire(waiter, order.wanted, cx)) {
            Ok(()) => Poll::Ready(Permit::new(order.source, order.wanted)),
            Err(Closed) => unreachable!("a semaphore is closed that is not `Closable`"),
        }
    }
}

/// Polls for permits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the uncontended path must not cost a call")]
fn poll_acquire(
    waiter: Pin<&mut Waiter<&Semaphore, Claim>>,
    wanted: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Closed>> {
    let semaphore = *waiter.handle();
    let seat = waiter.seat();
    if seat.link() != Link::Idle {
        return poll_queued(seat, wanted, cx);
    }
    let word = semaphore.queue.word();
    if word.count() >= wanted && !word.flag() {
        // As for a lock: a task that is made to yield here holds no grant.
        let budget = ready!(coop::poll_proceed(cx));
        if semaphore.try_take(wanted) {
            budget.made_progress();
            return Poll::Ready(Ok(()));
        }
        coop::give_back(budget);
    }
    poll_contended(seat, wanted, cx)
}

impl<S: PermitSource> fmt::Debug for AcquirePermit<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquirePermit").field("wanted", &self.rest.wanted).finish_non_exhaustive()
    }
}
