//! A bound, not a peer: a single-threaded model of each primitive, with cells in place of atomics
//! and the same intrusive queue. It shows what waiting costs without synchronization.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomPinned;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{self, State};

static PEER: Peer = Peer::new("single-threaded", "", Order::Bound);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&PEER)
        .lock_on_one_thread::<Lock<u64>>()
        .condition_on_one_thread::<Desk>()
        .event_on_one_thread::<Event>()
        .many_semaphore_on_one_thread::<Semaphore>()
        .barrier_on_one_thread::<Barrier>();
}

/// Data that only one thread accesses.
///
/// Runtimes and traits require `Send` and `Sync` on any number of threads.
#[derive(Default)]
struct OneThread<T>(T);

// SAFETY: no type here is `Shared`, and types that are not `Shared` take part only in scenarios
// that run on a single thread from beginning to end.
unsafe impl<T> Send for OneThread<T> {}

// SAFETY: as above.
unsafe impl<T> Sync for OneThread<T> {}

/// FIFO.
#[derive(Default)]
struct Queue {
    first: Cell<Option<NonNull<Node>>>,
    last: Cell<Option<NonNull<Node>>>,
}

struct Node {
    stage: Cell<Stage>,
    waker: Cell<Option<Waker>>,
    before: Cell<Option<NonNull<Node>>>,
    behind: Cell<Option<NonNull<Node>>>,
    _pinned: PhantomPinned,
}

// A word each, so that a copy is cheap.
#[repr(usize)]
#[derive(Clone, Copy)]
enum Stage {
    New,
    Queued,
    Granted,
    Done,
}

impl Node {
    /// A constant: moving a value as a whole right after building it field by field stalls the
    /// processor, and takes three times as long.
    #[expect(clippy::declare_interior_mutable_const, reason = "each use is a node of its own")]
    const NEW: Self = Self {
        stage: Cell::new(Stage::New),
        waker: Cell::new(None),
        before: Cell::new(None),
        behind: Cell::new(None),
        _pinned: PhantomPinned,
    };
}

impl Queue {
    fn join(&self, node: &Node) {
        node.before.set(self.last.replace(Some(node.into())));
        match node.before.get() {
            Some(before) => linked(&before).behind.set(Some(node.into())),
            None => self.first.set(Some(node.into())),
        }
    }

    fn leave(&self, node: &Node) {
        match node.before.get() {
            Some(before) => linked(&before).behind.set(node.behind.get()),
            None => self.first.set(node.behind.get()),
        }
        match node.behind.get() {
            Some(behind) => linked(&behind).before.set(node.before.get()),
            None => self.last.set(node.before.get()),
        }
    }

    fn is_empty(&self) -> bool {
        self.first.get().is_none()
    }

    /// Grants the request of the first waiter. Returns whether there was one.
    fn grant(&self) -> bool {
        let Some(first) = self.first.get() else { return false };
        let first = linked(&first);
        self.leave(first);
        first.stage.set(Stage::Granted);
        first.waker.take().expect("a queued node has a waker").wake();
        true
    }
}

/// A queued node.
fn linked(node: &NonNull<Node>) -> &Node {
    // SAFETY: a queued node is pinned, is only ever borrowed shared, and is unlinked when dropped.
    unsafe { node.as_ref() }
}

/// A primitive with waiters.
trait Source: Sized + 'static {
    type Granted<'a>;

    fn queue(&self) -> &Queue;
    /// Takes `n` without waiting, if possible.
    fn take(&self, n: usize) -> bool;
    /// The waiter's guard. `waited` if it was queued.
    fn granted(source: &OneThread<Self>, n: usize, waited: bool) -> Self::Granted<'_>;
    /// Returns a grant that was not collected.
    fn put_back(&self, n: usize);
}

/// Waits in the queue.
struct Wait<'a, S: Source> {
    source: &'a OneThread<S>,
    n: usize,
    node: OneThread<Node>,
}

impl<S: Source> OneThread<S> {
    #[inline]
    fn wait(&self, n: usize) -> Wait<'_, S> {
        Wait { source: self, n, node: OneThread(Node::NEW) }
    }
}

impl<'a, S: Source> Future for Wait<'a, S> {
    type Output = S::Granted<'a>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { source, n, node: OneThread(node) } = self.as_ref().get_ref();
        match node.stage.get() {
            Stage::New if source.0.take(*n) => {
                node.stage.set(Stage::Done);
                Poll::Ready(S::granted(source, *n, false))
            }
            Stage::New => {
                node.stage.set(Stage::Queued);
                node.waker.set(Some(cx.waker().clone()));
                source.0.queue().join(node);
                Poll::Pending
            }
            Stage::Queued => {
                node.waker.set(Some(cx.waker().clone()));
                Poll::Pending
            }
            Stage::Granted => {
                node.stage.set(Stage::Done);
                Poll::Ready(S::granted(source, *n, true))
            }
            Stage::Done => panic!("polled after it was ready"),
        }
    }
}

impl<S: Source> Drop for Wait<'_, S> {
    #[inline]
    fn drop(&mut self) {
        let source = &self.source.0;
        match self.node.0.stage.get() {
            Stage::Queued => source.queue().leave(&self.node.0),
            Stage::Granted => source.put_back(self.n),
            Stage::New | Stage::Done => {}
        }
    }
}

// === the lock, and two conditions ===

struct Lock<T>(OneThread<Locked<T>>);

struct Locked<T> {
    held: Cell<bool>,
    queue: Queue,
    data: UnsafeCell<T>,
}

/// The lock is held.
pub(crate) struct Guard<'a, T>(&'a OneThread<Locked<T>>);

impl<T: Default> Lock<T> {
    fn new() -> Self {
        let (held, queue) = (Cell::new(false), Queue::default());
        Self(OneThread(Locked { held, queue, data: UnsafeCell::default() }))
    }
}

impl<T: 'static> Source for Locked<T> {
    type Granted<'a> = Guard<'a, T>;

    fn queue(&self) -> &Queue {
        &self.queue
    }

    fn take(&self, _: usize) -> bool {
        !self.held.replace(true)
    }

    fn granted(source: &OneThread<Self>, _: usize, _: bool) -> Guard<'_, T> {
        Guard(source)
    }

    fn put_back(&self, _: usize) {
        if !self.queue.grant() {
            self.held.set(false);
        }
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard while the lock is held.
        unsafe { &*self.0.0.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard while the lock is held.
        unsafe { &mut *self.0.0.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let Locked { held, queue, .. } = &self.0.0;
        if !queue.grant() {
            held.set(false);
        }
    }
}

impl traits::Lock for Lock<u64> {
    const SIZE: usize = size_of::<Lock<()>>();

    type Guard<'a> = Guard<'a, u64>;

    fn new() -> Self {
        Self::new()
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.0.wait(1)
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.0.take(1).then(|| Guard(&self.0))
    }
}

/// A wait for a notification: once woken, it acquires the lock like a newcomer.
#[derive(Default)]
struct Notified(Queue);

impl Source for Notified {
    type Granted<'a> = ();

    fn queue(&self) -> &Queue {
        &self.0
    }

    fn take(&self, _: usize) -> bool {
        false
    }

    fn granted(_: &OneThread<Self>, _: usize, _: bool) {}

    fn put_back(&self, _: usize) {
        self.0.grant();
    }
}

struct Desk {
    lock: Lock<State>,
    work: OneThread<Notified>,
    idle: OneThread<Notified>,
}

impl Desk {
    async fn wait<'a>(
        &'a self,
        condition: &'a OneThread<Notified>,
        mut guard: Guard<'a, State>,
        mut ready: impl FnMut(&State) -> bool + Send,
    ) -> Guard<'a, State> {
        while !ready(&guard) {
            // No other task runs in between.
            drop(guard);
            condition.wait(1).await;
            guard = self.lock.0.wait(1).await;
        }
        guard
    }
}

impl traits::Condition for Desk {
    type Guard<'a> = Guard<'a, State>;

    fn new() -> Self {
        Self { lock: Lock::new(), work: OneThread::default(), idle: OneThread::default() }
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.lock.0.wait(1)
    }

    fn state<'g>(guard: &'g mut Self::Guard<'_>) -> &'g mut State {
        guard
    }

    fn wait_for_work<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait(&self.work, guard, ready)
    }

    fn notify_work(&self, _: &Self::Guard<'_>) {
        self.work.0.0.grant();
    }

    fn notify_all_work(&self, _: &Self::Guard<'_>) {
        while self.work.0.0.grant() {}
    }

    fn wait_for_idle<'a>(
        &'a self,
        guard: Self::Guard<'a>,
        ready: impl FnMut(&State) -> bool + Send,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait(&self.idle, guard, ready)
    }

    fn notify_idle(&self, _: &Self::Guard<'_>) {
        self.idle.0.0.grant();
    }
}

// === the others ===

#[derive(Default)]
struct Event(OneThread<Flag>);

#[derive(Default)]
struct Flag {
    set: Cell<bool>,
    queue: Queue,
}

impl Source for Flag {
    type Granted<'a> = ();

    fn queue(&self) -> &Queue {
        &self.queue
    }

    fn take(&self, _: usize) -> bool {
        self.set.get()
    }

    fn granted(_: &OneThread<Self>, _: usize, _: bool) {}

    fn put_back(&self, _: usize) {}
}

impl traits::Event for Event {
    fn new() -> Self {
        Self::default()
    }

    fn set(&self) {
        self.0.0.set.set(true);
        while self.0.0.queue.grant() {}
    }

    fn clear(&self) {
        self.0.0.set.set(false);
    }

    fn is_set(&self) -> bool {
        self.0.0.set.get()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.0.wait(1)
    }
}

#[derive(Default)]
struct Semaphore(OneThread<Permits>);

#[derive(Default)]
struct Permits {
    free: Cell<usize>,
    queue: Queue,
}

/// Permits of the single-threaded semaphore.
pub(crate) struct Permit<'a> {
    semaphore: &'a OneThread<Permits>,
    n: usize,
}

impl Source for Permits {
    type Granted<'a> = Permit<'a>;

    fn queue(&self) -> &Queue {
        &self.queue
    }

    fn take(&self, n: usize) -> bool {
        let free = self.free.get();
        let enough = free >= n && self.queue.is_empty();
        if enough {
            self.free.set(free - n);
        }
        enough
    }

    fn granted(semaphore: &OneThread<Self>, n: usize, _: bool) -> Permit<'_> {
        Permit { semaphore, n }
    }

    /// No task waits for several permits here: each returned one is granted to the first waiter.
    fn put_back(&self, n: usize) {
        for _ in 0..n {
            if !self.queue.grant() {
                self.free.update(|free| free + 1);
            }
        }
    }
}

impl traits::Semaphore for Semaphore {
    type Permit<'a> = Permit<'a>;

    fn new(permits: usize) -> Self {
        let semaphore = Self::default();
        semaphore.0.0.free.set(permits);
        semaphore
    }

    fn available(&self) -> usize {
        self.0.0.free.get()
    }

    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.0.wait(1)
    }
}

impl traits::ManySemaphore for Semaphore {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.0.wait(n)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.0.put_back(self.n);
    }
}

#[derive(Default)]
struct Barrier(OneThread<Meeting>);

#[derive(Default)]
struct Meeting {
    parties: usize,
    arrived: Cell<usize>,
    queue: Queue,
}

impl Source for Meeting {
    type Granted<'a> = bool;

    fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The last to arrive releases the others and does not wait.
    fn take(&self, _: usize) -> bool {
        let arrived = self.arrived.get() + 1;
        let last = arrived == self.parties;
        if last {
            while self.queue.grant() {}
        }
        self.arrived.set(if last { 0 } else { arrived });
        last
    }

    fn granted(_: &OneThread<Self>, _: usize, waited: bool) -> bool {
        !waited
    }

    fn put_back(&self, _: usize) {}
}

impl traits::Barrier for Barrier {
    fn new(parties: usize) -> Self {
        Self(OneThread(Meeting { parties, ..Meeting::default() }))
    }

    fn wait(&self) -> impl Future<Output = bool> + Send {
        self.0.wait(1)
    }

    fn future_size(&self) -> usize {
        size_of_val(&self.0.wait(1))
    }
}
