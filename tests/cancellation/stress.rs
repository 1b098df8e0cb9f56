//! Many tasks on both of tokio's runtimes, aborted at arbitrary await points. The remaining tasks
//! finish and leave the primitive free.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, spawn_blocking, yield_now};
use underlock::{
    Barrier, BarrierPosition, BoundedSemaphore, Condition, Event, Lock, Party, Semaphore, guarded,
};

use crate::support::Dice;

/// How long rounds are repeated on each runtime.
const TIME: Duration = Duration::from_millis(700);
/// No test takes as long as this, unless it hangs.
const TIMEOUT: Duration = Duration::from_secs(30);

fn on_both_runtimes(round: impl AsyncFn(Dice)) {
    for runtime in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        on_runtime(&start(runtime), &round);
    }
}

fn start(mut runtime: Builder) -> Runtime {
    runtime.worker_threads(2).enable_all().build().expect("the runtime starts")
}

fn on_runtime(runtime: &Runtime, round: impl AsyncFn(Dice)) {
    runtime.block_on(async {
        let start = Instant::now();
        let mut seed = 0;
        while start.elapsed() < TIME {
            let finished = tokio::time::timeout(TIMEOUT, round(Dice::new(seed))).await;
            finished.unwrap_or_else(|_| panic!("a task hangs, seed {seed}"));
            seed += 1;
        }
    });
}

/// Awaits `future`, but more often than not drops it after a few polls.
async fn impatiently<T>(dice: &mut Dice, future: impl Future<Output = T>) -> Option<T> {
    let patience = dice.roll(6);
    let mut future = pin!(future);
    if patience == 0 {
        return Some(future.await);
    }
    tokio::select! {
        biased;
        output = &mut future => Some(output),
        () = take_turns(patience - 1) => None,
    }
}

async fn take_turns(n: usize) {
    for _ in 0..n {
        yield_now().await;
    }
}

/// Lets the tasks run for a while, then aborts some of them, but never the first.
async fn abort_some<T>(tasks: &[JoinHandle<T>], dice: &mut Dice) {
    for task in &tasks[1..] {
        take_turns(dice.roll(4)).await;
        if dice.one_in(2) {
            task.abort();
        }
    }
}

/// Joins all tasks; returns the results of those that were not aborted.
async fn join<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        match task.await {
            Ok(result) => results.push(result),
            Err(error) if error.is_cancelled() => {}
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    results
}

// === locks ===

/// Detects a violation of mutual exclusion.
#[derive(Default)]
struct Room(AtomicBool);

struct Alone<'a>(&'a Room);

impl Room {
    fn enter(&self) -> Alone<'_> {
        assert!(!self.0.swap(true, Ordering::Relaxed), "two tasks hold the lock");
        Alone(self)
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Counted {
    lock: Arc<Lock<u64>>,
    room: Room,
    count: AtomicU64,
}

impl Counted {
    async fn visit(&self, mut data: impl std::ops::DerefMut<Target = u64>, dice: &mut Dice) {
        let alone = self.room.enter();
        if dice.one_in(2) {
            take_turns(dice.roll(3)).await;
        }
        *data += 1;
        self.count.fetch_add(1, Ordering::Relaxed);
        drop(alone);
    }

    async fn work(&self, mut dice: Dice) {
        for _ in 0..20 {
            match dice.roll(5) {
                0 => {
                    if let Some(guard) = self.lock.try_acquire() {
                        self.visit(guard, &mut dice).await;
                    }
                }
                1 => {
                    let lock = Arc::clone(&self.lock);
                    if let Some(guard) = impatiently(&mut dice, lock.acquire_owned()).await {
                        self.visit(guard, &mut dice).await;
                    }
                }
                2 => self.visit(self.lock.acquire().await, &mut dice).await,
                _ => {
                    if let Some(guard) = impatiently(&mut dice, self.lock.acquire()).await {
                        self.visit(guard, &mut dice).await;
                    }
                }
            }
        }
    }

    fn check(&self) {
        assert_eq!(format!("{:?}", self.lock), "Lock { locked: false, waiters: 0 }");
        let guard = self.lock.try_acquire().expect("all tasks have finished");
        assert_eq!(*guard, self.count.load(Ordering::Relaxed));
    }
}

fn spawn_workers(counted: &Arc<Counted>, dice: &mut Dice) -> Vec<JoinHandle<()>> {
    (0..6)
        .map(|_| {
            let counted = Arc::clone(counted);
            let dice = dice.split();
            tokio::spawn(async move { counted.work(dice).await })
        })
        .collect()
}

#[test]
fn lock() {
    on_both_runtimes(async |mut dice| {
        let counted = Arc::new(Counted::default());
        let tasks = spawn_workers(&counted, &mut dice);
        abort_some(&tasks, &mut dice).await;
        join(tasks).await;
        counted.check();
    });
}

#[test]
fn lock_with_blocking_threads() {
    on_both_runtimes(async |mut dice| {
        let counted = Arc::new(Counted::default());
        let mut tasks = spawn_workers(&counted, &mut dice);
        for _ in 0..2 {
            let counted = Arc::clone(&counted);
            tasks.push(spawn_blocking(move || {
                for _ in 0..20 {
                    let mut guard = counted.lock.blocking_acquire();
                    let _alone = counted.room.enter();
                    *guard += 1;
                    counted.count.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        abort_some(&tasks, &mut dice).await;
        join(tasks).await;
        counted.check();
    });
}

// === conditions ===

#[guarded]
#[derive(Debug, Default)]
struct Channel {
    lock: Lock,
    #[guarded(lock)]
    items: usize,
    #[guarded(lock)]
    sent: usize,
    #[guarded(lock)]
    received: usize,
    #[guarded(lock)]
    closed: bool,
    #[condition(lock)]
    not_empty: Condition,
    #[condition(lock)]
    not_full: Condition,
}

impl Channel {
    const CAPACITY: usize = 2;

    async fn send(&self) {
        let state = self.lock.acquire().await;
        let is_room = |state: &ChannelLock| state.items < Self::CAPACITY;
        let mut state = state.wait_for(&self.not_full, is_room).await;
        state.items += 1;
        state.sent += 1;
        state.notify_one(&self.not_empty);
    }

    /// `false` once the channel is closed and empty.
    async fn receive(&self) -> bool {
        let state = self.lock.acquire().await;
        let take = |state: &mut ChannelLock| {
            if state.items == 0 {
                return state.closed.then_some(false);
            }
            state.items -= 1;
            state.received += 1;
            Some(true)
        };
        let (state, more) = state.wait_for_some(&self.not_empty, take).await;
        state.notify_one(&self.not_full);
        more
    }

    async fn close(&self) {
        let mut state = self.lock.acquire().await;
        state.closed = true;
        state.notify_all(&self.not_empty);
    }
}

#[test]
fn conditions_of_a_channel() {
    on_both_runtimes(async |mut dice| {
        let channel = Arc::new(Channel::default());
        let senders: Vec<_> = (0..4)
            .map(|_| {
                let (channel, mut dice) = (Arc::clone(&channel), dice.split());
                tokio::spawn(async move {
                    for _ in 0..20 {
                        impatiently(&mut dice, channel.send()).await;
                    }
                })
            })
            .collect();
        let receivers: Vec<_> = (0..4)
            .map(|_| {
                let (channel, mut dice) = (Arc::clone(&channel), dice.split());
                tokio::spawn(async move {
                    while impatiently(&mut dice, channel.receive()).await != Some(false) {}
                })
            })
            .collect();
        abort_some(&senders, &mut dice).await;
        abort_some(&receivers, &mut dice).await;
        join(senders).await;
        channel.close().await;
        join(receivers).await;

        assert_eq!(format!("{:?}", channel.lock), "Lock { locked: false, waiters: 0 }");
        let state = channel.lock.try_acquire().expect("all tasks have finished");
        assert_eq!(state.sent - state.received, state.items);
        assert_eq!(state.items, 0, "the first receiver drains the channel");
    });
}

/// As many notifications as waiters: a notification lost with a cancelled waiter would leave
/// another one waiting for ever.
#[test]
fn condition_with_one_notification_each() {
    const WAITERS: usize = 6;

    on_both_runtimes(async |mut dice| {
        let tokens = Arc::new(Condition::new(0_usize));
        let waiters: Vec<_> = (0..WAITERS)
            .map(|_| {
                let tokens = Arc::clone(&tokens);
                tokio::spawn(async move {
                    let guard = tokens.acquire().await;
                    let (guard, left) = guard.wait_for_some(|tokens| tokens.checked_sub(1)).await;
                    let mut guard = guard;
                    *guard = left;
                })
            })
            .collect();
        let giver = tokio::spawn({
            let (tokens, mut dice) = (Arc::clone(&tokens), dice.split());
            async move {
                for _ in 0..WAITERS {
                    let mut guard = tokens.acquire().await;
                    *guard += 1;
                    guard.notify_one();
                    take_turns(dice.roll(3)).await;
                    guard.release();
                    take_turns(dice.roll(3)).await;
                }
            }
        });
        abort_some(&waiters, &mut dice).await;
        join(waiters).await;
        join(vec![giver]).await;
        assert_eq!(format!("{tokens:?}"), "Condition { locked: false, waiters: 0 }");
        assert!(tokens.try_acquire().is_some());
    });
}

#[test]
fn condition_with_notify_all() {
    const LAST: u32 = 20;

    on_both_runtimes(async |mut dice| {
        let version = Arc::new(Condition::new(0));
        let readers: Vec<_> = (0..6)
            .map(|_| {
                let (version, mut dice) = (Arc::clone(&version), dice.split());
                tokio::spawn(async move {
                    let mut seen = 0;
                    while seen < LAST {
                        let read = async {
                            let guard = version.acquire().await;
                            *guard.wait_for(|now| *now > seen).await
                        };
                        seen = impatiently(&mut dice, read).await.unwrap_or(seen);
                    }
                })
            })
            .collect();
        let writer = tokio::spawn({
            let (version, mut dice) = (Arc::clone(&version), dice.split());
            async move {
                for _ in 0..LAST {
                    let mut guard = version.acquire().await;
                    *guard += 1;
                    guard.notify_all();
                    guard.release();
                    take_turns(dice.roll(2)).await;
                }
            }
        });
        abort_some(&readers, &mut dice).await;
        join(readers).await;
        join(vec![writer]).await;
        assert_eq!(format!("{version:?}"), "Condition { locked: false, waiters: 0 }");
    });
}

// === semaphores ===

macro_rules! semaphore_test {
    ($test:ident, $semaphore:ident) => {
        #[test]
        fn $test() {
            const PERMITS: usize = 4;

            async fn work(semaphore: Arc<$semaphore>, held: Arc<AtomicU64>, mut dice: Dice) {
                for _ in 0..20 {
                    let n = 1 + dice.roll(3);
                    let turns = dice.roll(3);
                    let counted = Held::count(&held);
                    if dice.one_in(3) {
                        let acquire = Arc::clone(&semaphore).acquire_many_owned(n);
                        let Some(mut permit) = impatiently(&mut dice, acquire).await else {
                            continue;
                        };
                        let counted = counted(n);
                        let split = permit.split(1);
                        take_turns(turns).await;
                        drop(counted);
                        drop((permit, split));
                    } else {
                        let acquire = semaphore.acquire_many(n);
                        let Some(mut permit) = impatiently(&mut dice, acquire).await else {
                            continue;
                        };
                        let counted = counted(n);
                        if let Some(more) = semaphore.try_acquire() {
                            permit.merge(more).expect("both permits are of one semaphore");
                        }
                        take_turns(turns).await;
                        drop(counted);
                        permit.release();
                    }
                }
            }

            on_both_runtimes(async |mut dice| {
                let semaphore = Arc::new($semaphore::new(PERMITS));
                let held = Arc::new(AtomicU64::new(0));
                let tasks: Vec<_> = (0..6)
                    .map(|_| {
                        let (semaphore, held) = (Arc::clone(&semaphore), Arc::clone(&held));
                        tokio::spawn(work(semaphore, held, dice.split()))
                    })
                    .collect();
                abort_some(&tasks, &mut dice).await;
                join(tasks).await;
                assert_eq!(semaphore.available_permits(), PERMITS);
                assert!(semaphore.try_acquire_many(PERMITS).is_some());
                assert!(format!("{semaphore:?}").ends_with("waiters: 0 }"));
            });
        }
    };
}

semaphore_test!(semaphore, Semaphore);
semaphore_test!(bounded_semaphore, BoundedSemaphore);

/// Detects that more permits are held than exist.
struct Held<'a>(&'a AtomicU64, u64);

impl<'a> Held<'a> {
    fn count(all: &'a AtomicU64) -> impl FnOnce(usize) -> Self {
        move |n| {
            let n = n as u64;
            assert!(all.fetch_add(n, Ordering::Relaxed) + n <= 4, "too many permits are held");
            Self(all, n)
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

// === events and barriers ===

#[test]
fn event() {
    on_both_runtimes(async |mut dice| {
        let event = Arc::new(Event::new());
        let waiters: Vec<_> = (0..50)
            .map(|_| {
                let (event, mut dice) = (Arc::clone(&event), dice.split());
                tokio::spawn(async move {
                    for _ in 0..4 {
                        impatiently(&mut dice, event.wait()).await;
                    }
                    event.wait().await;
                })
            })
            .collect();
        let setters: Vec<_> = (0..2)
            .map(|_| {
                let event = Arc::clone(&event);
                tokio::spawn(async move {
                    for _ in 0..10 {
                        event.set();
                        yield_now().await;
                        event.clear();
                        yield_now().await;
                    }
                })
            })
            .collect();
        abort_some(&waiters, &mut dice).await;
        join(setters).await;
        event.set();
        join(waiters).await;
        assert_eq!(format!("{event:?}"), "Event { set: true, waiters: 0 }");
    });
}

#[test]
fn barrier() {
    const PARTIES: usize = 3;

    on_both_runtimes(async |mut dice| {
        let barrier = Arc::new(Barrier::new(PARTIES));
        let tasks: Vec<_> = (0..5)
            .map(|_| {
                let (barrier, mut dice) = (Arc::clone(&barrier), dice.split());
                tokio::spawn(async move {
                    for _ in 0..10 {
                        if let Some(Err(_)) = impatiently(&mut dice, barrier.wait()).await {
                            return;
                        }
                        if dice.one_in(20) {
                            barrier.reset();
                        }
                    }
                })
            })
            .collect();
        abort_some(&tasks, &mut dice).await;
        take_turns(20).await;
        assert!(barrier.waiting() < PARTIES);
        // A task may still reset it.
        while !tasks.iter().all(JoinHandle::is_finished) {
            barrier.abort();
            yield_now().await;
        }
        join(tasks).await;
        barrier.abort();
        assert_eq!(format!("{barrier:?}"), "Barrier { broken, waiting: 0/3 }");

        barrier.reset();
        let tasks = (0..PARTIES)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                tokio::spawn(async move { barrier.wait().await.map(BarrierPosition::index) })
            })
            .collect();
        let mut positions = join(tasks).await;
        positions.sort_unstable_by_key(|position| position.ok());
        assert_eq!(positions, [Ok(0), Ok(1), Ok(2)]);
    });
}

#[test]
fn parties() {
    /// Passes the barrier `times` times, or until it is broken.
    async fn pass(mut party: Party, times: usize, mut dice: Dice) {
        let mut passed = 0;
        while passed < times {
            match impatiently(&mut dice, party.wait()).await {
                Some(Ok(_)) => passed += 1,
                Some(Err(_)) => return,
                None => {}
            }
        }
    }

    on_both_runtimes(async |mut dice| {
        let tasks: Vec<_> = Barrier::split::<4>()
            .into_iter()
            .map(|party| tokio::spawn(pass(party, 10, dice.split())))
            .collect();
        abort_some(&tasks, &mut dice).await;
        join(tasks).await;
    });
}
