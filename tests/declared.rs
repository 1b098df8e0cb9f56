//! Declared conditions: they signal themselves.

mod limits;
mod programs;

use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use underlock::{Busy, Condition, Elapsed, Lock, guarded, sync_block};

use crate::support::{Log, Polled, at_once, settled};

const LIMIT: Duration = Duration::from_millis(10);

#[guarded]
#[derive(Debug)]
struct Channel<T> {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<T>,
    #[guarded(lock)]
    capacity: usize,
    #[condition(lock, when = |state| !state.items.is_empty())]
    not_empty: Condition,
    #[condition(lock, when = |state| state.items.len() < state.capacity)]
    not_full: Condition,
    #[condition(lock)]
    changed: Condition,
}

impl<T> Channel<T> {
    fn new(capacity: usize) -> Self {
        Channel {
            lock: Lock::new(ChannelLock { items: VecDeque::new(), capacity }),
            not_empty: Condition::shared(),
            not_full: Condition::shared(),
            changed: Condition::shared(),
        }
    }

    async fn send(&self, item: T) {
        sync_block!(state = self.lock.when(&self.not_full), { state.items.push_back(item) });
    }

    async fn receive(&self) -> T {
        sync_block!(state = self.lock.when(&self.not_empty), {
            state.items.pop_front().expect("not empty")
        })
    }

    /// The same with the guard in hand.
    async fn receive_by_hand(&self) -> T {
        let mut state = self.lock.acquire().await;
        state = state.wait_until(&self.not_empty).await;
        state.items.pop_front().expect("not empty")
    }

    /// Puts items in, and touches nothing else.
    fn put(&self, items: impl IntoIterator<Item = T>) {
        self.lock.try_acquire().expect("free").items.extend(items);
    }

    fn take(&self) -> Option<T> {
        self.lock.try_acquire().expect("free").items.pop_front()
    }

    /// A release that changes nothing.
    fn touch(&self) {
        drop(self.lock.try_acquire().expect("free"));
    }
}

#[test]
fn a_release_signals() {
    let channel = Channel::new(1);
    let mut receiving = Polled::blocked(channel.receive());
    channel.put([7]);
    assert_eq!(receiving.must_go_on(), 7);
    let mut by_hand = Polled::blocked(channel.receive_by_hand());
    at_once(channel.send(8));
    assert_eq!(by_hand.must_go_on(), 8);
}

#[test]
fn true_from_the_start() {
    let channel = Channel::new(1);
    at_once(channel.send(1));
    assert_eq!(at_once(channel.receive_by_hand()), 1);
    assert!(!channel.lock.is_locked());
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_a_notify() {
    let channel = Arc::new(Channel::new(2));
    let sent = Log::new();
    let received = Log::new();
    for _ in 0..3 {
        let (channel, received) = (Arc::clone(&channel), received.clone());
        tokio::spawn(async move {
            loop {
                received.push(channel.receive().await);
            }
        });
    }
    for producer in 0..4 {
        let (channel, sent) = (Arc::clone(&channel), sent.clone());
        tokio::spawn(async move {
            for number in 0..10 {
                channel.send((producer, number)).await;
                sent.push((producer, number));
            }
        });
    }
    settled().await;
    let mut all = received.entries();
    all.sort_unstable();
    let mut expected = sent.entries();
    expected.sort_unstable();
    assert_eq!((all.len(), all), (40, expected));
}

/// One true condition wakes one; it looks again at its own release, and wakes the next.
#[test]
fn woken_ones_relay() {
    let channel = Channel::new(9);
    let mut first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    let mut third = Polled::blocked(channel.receive());
    channel.put([1, 2]);
    assert!(!second.is_woken());
    assert_eq!(first.must_go_on(), 1);
    assert_eq!(second.must_go_on(), 2);
    assert!(!third.is_woken());
    channel.put([3]);
    assert_eq!(third.must_go_on(), 3);
}

/// It relays though it changed nothing.
#[test]
fn a_reader_relays() {
    let channel = Channel::<u32>::new(1);
    let look = || async {
        let guard = channel.lock.when(&channel.not_empty).await;
        guard.items.front().copied()
    };
    let mut first = Polled::blocked(look());
    let mut second = Polled::blocked(look());
    channel.put([5]);
    assert_eq!(first.must_go_on(), Some(5));
    assert_eq!(second.must_go_on(), Some(5));
}

/// If the one that was woken is not polled, the next release by anybody wakes the next.
#[test]
fn who_is_woken_and_not_polled_keeps_nobody_asleep() {
    let channel = Channel::new(9);
    let mut first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    channel.put([1, 2]);
    assert!(first.is_woken());
    assert!(!second.is_woken());
    channel.touch();
    assert_eq!(second.must_go_on_out_of_order(), 1);
    assert_eq!(first.must_go_on(), 2);
}

/// Nothing is signalled where the condition is false, or where nobody waits.
#[test]
fn false_conditions_are_not_signalled() {
    let channel = Channel::new(1);
    let mut receiving = Polled::blocked(channel.receive());
    channel.touch();
    assert!(!receiving.is_woken());
    at_once(channel.send(1));
    let mut sending = Polled::blocked(channel.send(2));
    assert!(!sending.is_woken());
    assert_eq!(receiving.must_go_on(), 1);
    sending.must_go_on();
}

/// A woken waiter that finds its condition false returns to its place, before all who came later.
#[test]
fn barged_waiters_keep_their_place() {
    let channel = Channel::new(9);
    let mut first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    let mut third = Polled::blocked(channel.receive());
    channel.put([1]);
    channel.touch();
    assert_eq!(channel.take(), Some(1));
    // The second runs before the first, and both are barged.
    assert!(first.is_woken());
    second.must_yield_to_earlier();
    first.must_wait();
    second.must_wait();
    for (number, waiting) in [(1, &mut first), (2, &mut second), (3, &mut third)] {
        channel.put([number]);
        assert_eq!(waiting.must_go_on(), number);
    }
}

/// The same again and again: the place is that of the first wait.
#[test]
fn barged_twice() {
    let channel = Channel::new(9);
    let mut first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    let mut third = Polled::blocked(channel.receive());
    // Both are woken, and the first is barged and woken again before the second has run.
    channel.put([1]);
    channel.touch();
    assert_eq!(channel.take(), Some(1));
    first.must_wait();
    channel.put([2]);
    assert!(first.is_woken());
    assert_eq!(channel.take(), Some(2));
    assert!(second.is_woken());
    second.must_wait();
    first.must_wait();
    for (number, waiting) in [(1, &mut first), (2, &mut second), (3, &mut third)] {
        channel.put([number]);
        assert_eq!(waiting.must_go_on(), number);
    }
}

/// A cancelled waiter passes its signal on, wherever it stands.
#[test]
fn cancelled_waiters_pass_the_signal_on() {
    let channel = Channel::new(9);
    let first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    channel.put([1]);
    assert!(first.is_woken());
    first.cancel();
    assert_eq!(second.must_go_on(), 1);

    // Queued again.
    let mut first = Polled::blocked(channel.receive());
    let mut second = Polled::blocked(channel.receive());
    channel.put([2]);
    let holder = channel.lock.try_acquire().unwrap();
    first.must_wait();
    first.cancel();
    drop(holder);
    assert_eq!(second.must_go_on(), 2);
}

#[test]
fn cancelled_while_parked() {
    let channel = Channel::new(9);
    let mut first = Polled::blocked(channel.receive());
    Polled::blocked(channel.receive()).cancel();
    let mut last = Polled::blocked(channel.receive());
    channel.put([1, 2]);
    assert_eq!((first.must_go_on(), last.must_go_on()), (1, 2));
}

/// A wait that is never polled releases the lock when it is dropped, and signals as any release.
#[test]
fn a_wait_that_is_not_polled_signals() {
    let channel = Channel::new(1);
    let mut receiving = Polled::blocked(channel.receive());
    let mut state = channel.lock.try_acquire().unwrap();
    state.items.push_back(1);
    drop(state.wait_until(&channel.not_full));
    assert_eq!(receiving.must_go_on(), 1);
}

/// So does every wait: it lets go of the lock.
#[test]
fn waits_signal() {
    let channel = Channel::new(1);
    let mut receiving = Polled::blocked(channel.receive());
    let waits = Polled::blocked(async {
        let mut state = channel.lock.acquire().await;
        state.items.push_back(1);
        state.wait(&channel.changed).await.release();
    });
    assert_eq!(receiving.must_go_on(), 1);
    let mut receiving = Polled::blocked(channel.receive());
    let waits_for = Polled::blocked(async {
        let mut state = channel.lock.acquire().await;
        state.items.push_back(2);
        state.wait_for(&channel.changed, |_| false).await.release();
    });
    assert_eq!(receiving.must_go_on(), 2);
    let mut receiving = Polled::blocked(channel.receive());
    let waits_until = Polled::blocked(async {
        let mut state = channel.lock.acquire().await;
        state.items.push_back(3);
        state.wait_until(&channel.not_full).await.release();
    });
    assert_eq!(receiving.must_go_on(), 3);
    drop((waits, waits_for, waits_until));
}

/// Owned guards signal as borrowed ones do.
#[test]
fn owned_guards_signal() {
    #[guarded]
    struct Counter {
        lock: Lock,
        #[guarded(lock)]
        count: u32,
        #[condition(lock, when = |state| state.count > 0)]
        positive: Condition,
    }

    let counter =
        Counter { lock: Lock::new(CounterLock { count: 0 }), positive: Condition::shared() };
    let Counter { lock, positive } = counter;
    let lock = Arc::new(lock);
    let mut waiting = Polled::blocked(lock.when(&positive).into_future());
    Arc::clone(&lock).try_acquire_owned().unwrap().count = 1;
    assert_eq!(waiting.must_go_on().count, 1);
}

/// Explicit conditions of the same lock are as ever.
#[test]
fn explicit_ones_beside_them() {
    let channel = Channel::<u32>::new(1);
    let mut changed = Polled::blocked(async {
        let state = channel.lock.acquire().await;
        state.wait(&channel.changed).await.release();
    });
    let mut receiving = Polled::blocked(channel.receive());
    channel.put([1]);
    assert!(!changed.is_woken());
    assert_eq!(receiving.must_go_on(), 1);
    channel.lock.try_acquire().unwrap().notify_one(&channel.changed);
    changed.must_go_on();
}

/// Several that are true at once: the longest waiting of each is woken, in order of declaration.
#[test]
fn several_are_true() {
    let channel = Channel::new(1);
    at_once(channel.send(0));
    let mut sending = Polled::blocked(channel.send(1));
    assert_eq!(channel.lock.try_acquire().unwrap().items.len(), 1);
    channel.lock.try_acquire().unwrap().items.clear();
    sending.must_go_on();
    assert_eq!(channel.take(), Some(1));

    let mut receiving = Polled::blocked(channel.receive());
    channel.lock.try_acquire().unwrap().capacity = 0;
    let mut sending = Polled::blocked(channel.send(2));
    let mut state = channel.lock.try_acquire().unwrap();
    state.capacity = 2;
    state.items.push_back(3);
    drop(state);
    assert!(sending.is_woken());
    assert_eq!(receiving.must_go_on(), 3);
    sending.must_go_on();
}

// === now and within ===

#[test]
fn now() {
    let channel = Channel::<u32>::new(1);
    let now = || {
        at_once(async {
            sync_block!(state = channel.lock.when(&channel.not_empty).now(), {
                state.items.pop_front()
            })
        })
    };
    assert_eq!(now(), Err(Busy));
    assert!(!channel.lock.is_locked());
    at_once(channel.send(4));
    let guard = channel.lock.try_acquire();
    assert_eq!(now(), Err(Busy));
    drop(guard);
    assert_eq!(now(), Ok(Some(4)));
    assert_eq!(
        at_once(channel.lock.when(&channel.not_empty).now().into_future()).err(),
        Some(Busy)
    );
}

#[tokio::test(start_paused = true)]
async fn within() {
    let channel = Channel::<u32>::new(1);
    let limit = Duration::from_secs(1);
    let elapsed = sync_block!(state = channel.lock.when(&channel.not_empty).within(limit), {
        state.items.pop_front()
    });
    assert_eq!(elapsed, Err(Elapsed));
    let (received, ()) = tokio::join!(
        async {
            sync_block!(state = channel.lock.when(&channel.not_empty).within(limit), {
                state.items.pop_front()
            })
        },
        async {
            tokio::time::sleep(limit / 2).await;
            channel.send(5).await;
        }
    );
    assert_eq!(received, Ok(Some(5)));
    let guard = channel.lock.when(&channel.not_full).within(limit).await.unwrap();
    assert!(guard.items.is_empty());
}

/// A wait with a limit comes back with the lock, after a last look.
#[tokio::test(start_paused = true)]
async fn waits_with_a_limit() {
    let channel = Channel::<u32>::new(1);
    let limit = Duration::from_secs(1);
    let state = channel.lock.acquire().await;
    let (state, met) = state.wait_until(&channel.not_empty).within(Duration::ZERO).await;
    assert!(!met && channel.lock.is_locked());
    let (mut state, met) = state.wait_until(&channel.not_empty).within(limit).await;
    assert!(!met && channel.lock.is_locked());
    state.items.push_back(1);
    let (state, met) = state.wait_until(&channel.not_empty).within(Duration::ZERO).await;
    assert!(met);
    drop(state);

    // One that has given up is signalled no more.
    assert_eq!(channel.take(), Some(1));
    let mut given_up = Box::pin(async {
        let state = channel.lock.acquire().await;
        state.wait_until(&channel.not_empty).within(limit).await
    });
    assert!(next_poll(given_up.as_mut()).await.is_none());
    let mut waiting = Polled::blocked(channel.receive());
    tokio::time::sleep(limit * 2).await;
    let holder = channel.lock.acquire().await;
    assert!(next_poll(given_up.as_mut()).await.is_none());
    drop(holder);
    let (mut state, met) = given_up.await;
    assert!(!met);
    state.items.push_back(2);
    drop(state);
    assert_eq!(waiting.must_go_on(), 2);
}

/// What the future gives at its next poll.
async fn next_poll<T>(mut future: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

// === panics ===

#[guarded]
struct Mine {
    lock: Lock,
    #[guarded(lock)]
    laid: bool,
    #[guarded(lock)]
    visitors: u32,
    #[condition(lock, when = |state| {
        // Not `panic!`, which would print a message.
        if state.laid { resume_unwind(Box::new("a predicate's own")) }
        state.visitors > 0
    })]
    visited: Condition,
    #[condition(lock, when = |state| state.visitors > 1)]
    crowded: Condition,
}

impl Mine {
    fn new() -> Self {
        let lock = Lock::new(MineLock { laid: false, visitors: 0 });
        Mine { lock, visited: Condition::shared(), crowded: Condition::shared() }
    }

    async fn until_visited(&self) -> u32 {
        sync_block!(state = self.lock.when(&self.visited), { state.visitors })
    }
}

/// A predicate that panics in a release counts as true: its waiter panics, and the releaser does not.
#[test]
fn predicates_panic_in_their_waiters() {
    let mine = Mine::new();
    let mut visited = Polled::blocked(mine.until_visited());
    let mut visited_later = Polled::blocked(mine.until_visited());
    let mut crowded = Polled::blocked(async {
        sync_block!(state = mine.lock.when(&mine.crowded), { state.visitors })
    });
    {
        let mut state = mine.lock.try_acquire().unwrap();
        (state.laid, state.visitors) = (true, 2);
    }
    assert!(visited.is_woken());
    // Those of other conditions are signalled all the same.
    assert!(crowded.is_woken());
    assert!(catch_unwind(AssertUnwindSafe(|| visited.poll())).is_err());
    // Its own release has told the next.
    assert!(visited_later.is_woken());
    assert_eq!(crowded.must_go_on(), 2);
    mine.lock.try_acquire().unwrap().laid = false;
    assert_eq!(visited_later.must_go_on(), 2);
    assert!(!mine.lock.is_locked());
}

/// A holder that panics signals.
#[test]
fn panicking_holders_signal() {
    let channel = Channel::new(1);
    let mut receiving = Polled::blocked(channel.receive());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut state = channel.lock.try_acquire().unwrap();
        state.items.push_back(1);
        resume_unwind(Box::new("a holder's own"));
    }));
    assert!(outcome.is_err());
    assert_eq!(receiving.must_go_on(), 1);
}

/// Also with a predicate that panics meanwhile.
#[test]
fn holders_and_predicates_panic() {
    let mine = Mine::new();
    let mut visited = Polled::blocked(mine.until_visited());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        mine.lock.try_acquire().unwrap().laid = true;
        let mut state = mine.lock.try_acquire().unwrap();
        state.laid = true;
        resume_unwind(Box::new("a holder's own"));
    }));
    assert!(outcome.is_err());
    assert!(!mine.lock.is_locked());
    mine.lock.try_acquire().unwrap().laid = false;
    visited.must_wait();
    mine.lock.try_acquire().unwrap().visitors = 1;
    assert_eq!(visited.must_go_on(), 1);
}

// === cost ===

thread_local! {
    static LOOKS: Cell<usize> = const { Cell::new(0) };
}

#[guarded]
struct Counted {
    lock: Lock,
    #[guarded(lock)]
    open: bool,
    #[condition(lock, when = |state| {
        LOOKS.set(LOOKS.get() + 1);
        state.open
    })]
    opened: Condition,
}

/// One look at a release, however many wait, and none where nobody does.
#[test]
fn one_look_for_each_condition() {
    let counted =
        Counted { lock: Lock::new(CountedLock { open: false }), opened: Condition::shared() };
    let release = || {
        LOOKS.set(0);
        drop(counted.lock.try_acquire().unwrap());
        LOOKS.get()
    };
    assert_eq!(release(), 0);
    let waiting: Vec<_> = (0..50)
        .map(|_| Polled::blocked(counted.lock.when(&counted.opened).into_future()))
        .collect();
    assert_eq!(release(), 1);
    drop(waiting);
    assert_eq!(release(), 0);
}

// === shapes ===

/// Generics of the struct that a predicate alone names belong to the state.
#[guarded]
struct Limited<K: Default + PartialEq, V, const MOST: usize> {
    lock: Lock,
    #[guarded(lock)]
    values: Vec<V>,
    #[guarded(lock)]
    key: u32,
    #[condition(lock, when = |state| state.values.len() < MOST)]
    below: Condition,
    #[condition(lock, when = |state| state.key > 0 && K::default() == K::default())]
    keyed: Condition,
    _key: std::marker::PhantomData<K>,
}

#[test]
fn generics_of_a_predicate() {
    let lock = Lock::new(LimitedLock { values: vec![1], key: 0 });
    let limited = Limited::<String, u8, 1> {
        lock,
        below: Condition::shared(),
        keyed: Condition::shared(),
        _key: std::marker::PhantomData,
    };
    let mut below = Polled::blocked(limited.lock.when(&limited.below).into_future());
    let mut keyed = Polled::blocked(limited.lock.when(&limited.keyed).into_future());
    limited.lock.try_acquire().unwrap().values.clear();
    assert!(below.must_go_on().values.is_empty());
    limited.lock.try_acquire().unwrap().key = 1;
    assert_eq!(keyed.must_go_on().key, 1);
}

/// A condition that is compiled out leaves its number to nobody.
#[test]
fn cfg_on_a_condition() {
    #[guarded]
    struct Gate {
        lock: Lock,
        #[guarded(lock)]
        open: bool,
        #[cfg(any())]
        #[condition(lock, when = |state| state.missing)]
        never: Condition,
        #[cfg(not(any()))]
        #[condition(lock, when = |state| state.open)]
        opened: Condition,
    }

    let gate = Gate { lock: Lock::new(GateLock { open: false }), opened: Condition::shared() };
    let mut opened = Polled::blocked(gate.lock.when(&gate.opened).into_future());
    gate.lock.try_acquire().unwrap().open = true;
    opened.must_go_on().release();
}

/// The condition of another value is refused, in words.
#[test]
fn of_another_value() {
    let (one, other) = (Channel::<u32>::new(1), Channel::<u32>::new(1));
    one.put([1]);
    other.put([1]);
    drop(at_once(one.lock.when(&one.not_empty).into_future()));
    drop(at_once(other.lock.when(&other.not_empty).into_future()));
    let foreign = || at_once(one.lock.when(&other.not_empty).into_future());
    let message = |payload: Box<dyn std::any::Any + Send>| *payload.downcast::<String>().unwrap();
    let payload = catch_unwind(AssertUnwindSafe(foreign)).unwrap_err();
    assert!(message(payload).starts_with("the condition belongs to another value"));
    assert!(!one.lock.is_locked());
    let foreign = || at_once(one.lock.try_acquire().unwrap().wait_until(&other.not_empty));
    assert!(catch_unwind(AssertUnwindSafe(foreign)).is_err());
    assert!(!one.lock.is_locked());
}
