//! Guarded structs among other structs: in statics, in each other, destructured, dropped.

use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use underlock::{BoundedSemaphore, Condition, Event, Lock, Semaphore, guarded, sync_block};

#[guarded]
#[derive(Debug, Default)]
struct Counter {
    lock: Lock,
    #[guarded(lock)]
    count: u32,
    #[condition(lock)]
    changed: Condition,
    step: u32,
}

impl Counter {
    const fn new(count: u32, step: u32) -> Self {
        Counter { lock: Lock::new(CounterLock { count }), changed: Condition::shared(), step }
    }

    async fn count(&self) -> u32 {
        sync_block!(state = self.lock, {
            state.count += self.step;
            state.notify_all(&self.changed);
            state.count
        })
    }
}

static COUNTER: Counter = Counter::new(1, 1);
static LATER: OnceLock<Counter> = OnceLock::new();
#[expect(clippy::declare_interior_mutable_const, reason = "each use is to be a counter of its own")]
const TEMPLATE: Counter = Counter::new(5, 5);

#[tokio::test]
async fn statics_and_constants() {
    assert_eq!(COUNTER.count().await, 2);
    assert_eq!(LATER.get_or_init(|| Counter::new(2, 2)).count().await, 4);
    let (one, other) = (TEMPLATE, TEMPLATE);
    assert_eq!((one.count().await, one.count().await, other.count().await), (10, 15, 10));
}

/// Taken apart, put together, moved out of.
#[tokio::test]
async fn literals_and_patterns() {
    let counter = Counter { step: 3, ..Counter::default() };
    assert_eq!(counter.count().await, 3);
    let Counter { lock, step, .. } = counter;
    let CounterLock { count } = lock.into_inner();
    assert_eq!((count, step), (3, 3));
    let mut counter = Counter { lock: CounterLock { count }.into(), ..TEMPLATE };
    counter.lock.get_mut().count += 1;
    counter.step = 1;
    let count = |Counter { lock, .. }: &Counter| lock.try_acquire().map(|state| state.count);
    assert_eq!((count(&counter), counter.count().await), (Some(4), 5));
}

/// Structs without locks, around structs with locks.
#[derive(Debug, Default)]
struct Registry {
    counters: Vec<Arc<Counter>>,
    main: Counter,
}

impl Registry {
    async fn total(&self) -> u32 {
        let mut total = sync_block!(state = self.main.lock, { state.count });
        for counter in self.counters.iter().map(Arc::as_ref) {
            total += sync_block!(state = counter.lock, { state.count });
        }
        if let [first, second, ..] = &self.counters[..] {
            sync_block!(a = first.lock, b = second.lock, {
                (a.count, b.count) = (b.count, a.count);
            });
        }
        total
    }
}

#[tokio::test]
async fn guarded_structs_in_other_structs() {
    let counters = [1, 2].map(|count| Arc::new(Counter::new(count, 1)));
    let registry = Registry { counters: counters.to_vec(), main: Counter::new(4, 1) };
    assert_eq!(registry.total().await, 7);
    assert_eq!((counters[0].count().await, counters[1].count().await), (3, 2));
}

/// A guarded struct behind the lock of another.
#[guarded]
struct Outer {
    lock: Lock,
    #[guarded(lock)]
    inner: Counter,
    #[guarded(lock)]
    shared: Arc<Counter>,
}

#[tokio::test]
async fn guarded_structs_behind_locks() {
    let shared = Arc::new(TEMPLATE);
    let outer =
        Outer { lock: Lock::new(OuterLock { inner: TEMPLATE, shared: Arc::clone(&shared) }) };
    sync_block!(state = outer.lock, {
        sync_block!(inner = state.inner.lock, shared = state.shared.lock, {
            inner.count += shared.count;
        });
    });
    assert_eq!(outer.lock.into_inner().inner.lock.into_inner().count, 10);
    assert_eq!(shared.count().await, 10);
}

static DROPPED: AtomicU32 = AtomicU32::new(0);

/// With a `Drop` of its own.
#[guarded]
struct Closing {
    lock: Lock,
    #[guarded(lock)]
    open: u32,
}

impl Drop for Closing {
    fn drop(&mut self) {
        DROPPED.fetch_add(self.lock.get_mut().open, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_struct_that_drops() {
    let closing = Closing { lock: Lock::new(ClosingLock { open: 2 }) };
    sync_block!(state = closing.lock, { state.open += 1 });
    drop(closing);
    assert_eq!(DROPPED.load(Ordering::Relaxed), 3);
}

/// With a `Deref` of its own, to its first field.
#[guarded(no_markers)]
#[derive(Debug, Default)]
struct Pointing {
    list: Vec<u8>,
    lock: Lock,
    #[guarded(lock)]
    len: u32,
}

impl Deref for Pointing {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.list
    }
}

impl DerefMut for Pointing {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.list
    }
}

#[tokio::test]
async fn a_struct_that_dereferences() {
    let mut pointing = Pointing::default();
    pointing.push(1);
    sync_block!(state = pointing.lock, { state.len = u32::try_from(pointing.len()).unwrap() });
    assert_eq!(pointing.lock.into_inner().len, 1);
}

/// Helpers on the state, on the guard, and on both.
impl CounterLock {
    const fn doubled(&self) -> u32 {
        self.count * 2
    }
}

trait Increment {
    fn increment(&mut self) -> &mut Self;
}

impl Increment for CounterLock {
    fn increment(&mut self) -> &mut Self {
        self.count += 1;
        self
    }
}

fn finish(mut state: CounterLockGuard<'_>, counter: &Counter) -> u32 {
    state.increment().increment();
    state.notify_one(&counter.changed);
    state.doubled()
}

#[tokio::test]
async fn helpers_that_need_the_lock() {
    let counter = Counter::new(1, 0);
    let doubled = finish(counter.lock.acquire().await, &counter);
    let other = sync_block!(state = counter.lock, { finish(state, &counter) });
    assert_eq!((doubled, other, counter.lock.is_locked()), (6, 10, false));
}

/// Everything that can be entered, in one struct, some of it generic.
#[derive(Debug)]
struct Gate<T> {
    condition: Condition<T>,
    semaphore: Semaphore,
    bounded: BoundedSemaphore,
    open: Event,
}

impl<T: Clone + Debug> Gate<T> {
    async fn pass(&self) -> T {
        self.open.wait().await;
        sync_block!(_permit = self.semaphore, _other = self.bounded, async {
            sync_block!(state = self.condition, {
                state = state.wait_for(|_| true).await;
                state.notify_all();
                state.clone()
            })
        })
    }
}

#[tokio::test]
async fn all_that_can_be_entered() {
    let gate = Gate {
        condition: Condition::new("here"),
        semaphore: Semaphore::new(1),
        bounded: BoundedSemaphore::new(1),
        open: Event::new(),
    };
    gate.open.set();
    assert_eq!(gate.pass().await, "here");
    assert_eq!(gate.semaphore.available_permits(), 1);
}

/// Guards in structs, collections and other tasks.
struct Held<'a> {
    state: CounterLockGuard<'a>,
    note: &'static str,
}

#[tokio::test]
async fn guards_that_are_kept() {
    let counters = [TEMPLATE, TEMPLATE];
    let mut held = Vec::new();
    for counter in &counters {
        held.push(Held { state: counter.lock.acquire().await, note: "held" });
    }
    held[1].state.count = 1;
    let sum: u32 = held.iter().map(|held| held.state.count).sum();
    assert!(counters[0].lock.is_locked() && held.iter().all(|held| held.note == "held"));
    drop(held);
    assert!(sum == 6 && !counters[0].lock.is_locked());

    let state = COUNTER.lock.acquire().await;
    let count = tokio::spawn(async move { state.count }).await.unwrap();
    assert!(count > 0 && !COUNTER.lock.is_locked());
}
