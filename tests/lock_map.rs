//! A lock per key: who meets at it, and when its entry goes.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use tokio::task::JoinSet;
use underlock::{Busy, Elapsed, KeyGuard, LockMap, sync_block};

use crate::support::{Dice, Polled, at_once};

#[test]
fn a_key_is_held_by_one() {
    let map: LockMap<u32, u32> = LockMap::new();
    let mut first = at_once(map.key(&1).acquire());
    *first += 7;
    assert!(map.key(&1).try_acquire().is_none());
    let other = map.key(&2).try_acquire().unwrap();
    assert_eq!((map.len(), map.is_empty()), (2, false));
    assert_eq!((*first.key(), *other.key(), *other), (1, 2, 0));
    assert_eq!(format!("{first:?} {first} {map:?}"), "7 7 LockMap { len: 2, .. }");
    assert_eq!(format!("{:?}", map.key(&1)), "Key { key: 1, .. }");
    assert_eq!(format!("{:?}", map.key(&1).acquire()), "AcquireKey { key: 1, .. }");
    let mut second = Polled::blocked({
        let key = map.key(&1);
        key.acquire()
    });
    first.release();
    let second = second.must_go_on();
    assert_eq!(*second, 7, "the entry lives while it is used");
    drop((second, other));
    assert!(map.is_empty());
    assert_eq!(*map.key(&1).try_acquire().unwrap(), 0, "and is gone after the last");
}

/// The guard has its key itself.
#[test]
fn a_guard_outlives_the_key_that_it_was_acquired_by() {
    async fn of<'m>(map: &'m LockMap<String, u32>, name: &str) -> KeyGuard<'m, String, u32> {
        map.key(&name.to_owned()).acquire().await
    }
    let map = LockMap::new();
    let guard = at_once(of(&map, "alice"));
    assert_eq!(guard.key(), "alice");
}

/// A future that was not polled uses nothing.
#[test]
fn an_entry_is_made_by_the_first_poll() {
    let map: LockMap<u32> = LockMap::new();
    let key = map.key(&1);
    let waiting = key.acquire();
    assert!(map.is_empty());
    drop(waiting);
    assert!(key.try_acquire().is_some());
    assert!(map.is_empty());
}

#[test]
fn waiters_are_served_in_order_and_cancelled() {
    let map: LockMap<u32> = LockMap::new();
    let held = map.key(&1).try_acquire().unwrap();
    let mut waiting: Vec<_> =
        (0..5).map(|_| Polled::blocked(async { map.key(&1).acquire().await })).collect();
    waiting.remove(2).cancel();
    assert!(map.key(&1).try_acquire().is_none());
    held.release();
    for waiting in &mut waiting {
        waiting.must_go_on().release();
    }
    assert!(map.is_empty());
}

/// Whoever goes last takes the entry along: a holder, a waiter, one that was granted the key.
#[test]
fn whoever_goes_last_takes_the_entry_along() {
    let map: LockMap<u32> = LockMap::new();
    let held = map.key(&1).try_acquire().unwrap();
    let waiting = Polled::blocked(map.key(&1).acquire());
    waiting.cancel();
    assert_eq!(map.len(), 1);
    let granted = Polled::blocked(map.key(&1).acquire());
    held.release();
    assert_eq!(map.len(), 1);
    assert!(granted.is_woken());
    granted.cancel();
    assert!(map.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_block_enters_a_key() {
    let map: LockMap<u32, Vec<u32>> = LockMap::new();
    let limit = Duration::from_secs(1);
    let id = 7;
    let len = sync_block!(state = map.key(&id), {
        assert_eq!(map.len(), 1);
        state.push(1);
        state.len()
    });
    assert_eq!(len, 1);
    assert!(map.is_empty());
    let held = map.key(&id).acquire().await;
    assert_eq!(sync_block!(_state = map.key(&id).now(), {}), Err(Busy));
    assert_eq!(sync_block!(_state = map.key(&id).within(limit), {}), Err(Elapsed));
    assert_eq!(sync_block!(_state = map.key(&8).now(), {}), Ok(()));
    held.release();
    sync_block!(_state = map.key(&id), async { tokio::task::yield_now().await });
    assert!(map.is_empty());
}

#[tokio::test]
async fn a_block_enters_several_keys_in_any_order() {
    let map: Arc<LockMap<usize, i64>> = Arc::new(LockMap::new());
    let mut tasks = JoinSet::new();
    for task in 0..4 {
        let map = Arc::clone(&map);
        tasks.spawn(async move {
            for turn in 0..200 {
                let (from, to) = ((task + turn) % 3, (task + 2 * turn + 1) % 3);
                if from != to {
                    sync_block!(a = map.key(&from), b = map.key(&to), async {
                        *a += 1;
                        *b -= 1;
                        tokio::task::yield_now().await;
                    });
                }
            }
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome.unwrap();
    }
    assert!(map.is_empty());
}

#[test]
fn one_key_given_to_one_block_twice_is_a_panic() {
    let (map, other): (LockMap<u32>, LockMap<u32>) = (LockMap::new(), LockMap::new());
    at_once(async { sync_block!(_a = map.key(&1), _b = other.key(&1), {}) });
    let twice = async { sync_block!(_a = map.key(&1), _b = map.key(&1), {}) };
    let panic = catch_unwind(AssertUnwindSafe(|| at_once(twice))).unwrap_err();
    let words = panic.downcast_ref::<String>().unwrap();
    assert!(words.contains("the same lock twice"), "{words}");
    assert!(map.is_empty() && other.is_empty());
}

/// Keys whose hashes are the same are different keys.
#[test]
fn keys_that_collide_are_told_apart() {
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Colliding(u32);

    impl Hash for Colliding {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    let map: LockMap<Colliding, u32> = LockMap::new();
    let keys: Vec<_> = (0..4).map(Colliding).collect();
    let mut dice = Dice::new(7);
    for _ in 0..100 {
        let mut guards: Vec<_> = keys
            .iter()
            .map(|key| {
                let mut guard = map.key(key).try_acquire().unwrap();
                *guard += key.0;
                guard
            })
            .collect();
        while !guards.is_empty() {
            assert_eq!(map.len(), guards.len());
            let guard = guards.swap_remove(dice.roll(guards.len()));
            assert_eq!(*guard, guard.key().0);
            assert!(map.key(guard.key()).try_acquire().is_none());
        }
        assert!(map.is_empty());
    }
}

/// Data whose making and dropping uses the map itself, which would deadlock under a mutex of it.
#[test]
fn no_code_of_the_data_runs_under_a_mutex() {
    static MAP: std::sync::LazyLock<LockMap<u32, Nested>> = std::sync::LazyLock::new(LockMap::new);
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static DEPTH: Cell<u32> = const { Cell::new(0) };
    }

    #[derive(Debug)]
    struct Nested;

    /// Enters other keys, of every part of the map.
    fn use_the_map() {
        if DEPTH.get() == 0 {
            DEPTH.set(1);
            (100..1000).for_each(|key| drop(MAP.key(&key).try_acquire()));
            assert!(MAP.len() <= 2);
            DEPTH.set(0);
        }
    }

    impl Default for Nested {
        fn default() -> Self {
            use_the_map();
            Self
        }
    }

    impl Drop for Nested {
        fn drop(&mut self) {
            use_the_map();
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    MAP.key(&1).try_acquire().unwrap().release();
    assert!(MAP.is_empty());
    assert!(DROPPED.load(Ordering::Relaxed) > 900);
}

/// What the user's code panics with leaves the map as it was.
#[test]
fn a_panic_of_the_users_code_leaves_the_map_in_order() {
    thread_local! {
        static PANICS: Cell<&'static str> = const { Cell::new("") };
    }

    fn here(place: &str) {
        assert!(PANICS.get() != place, "as it should");
    }

    #[derive(Eq, Debug)]
    struct Key(u32);

    impl Clone for Key {
        fn clone(&self) -> Self {
            here("clone");
            Self(self.0)
        }
    }

    impl Hash for Key {
        fn hash<H: Hasher>(&self, state: &mut H) {
            here("hash");
            self.0.hash(state);
        }
    }

    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            here("eq");
            self.0 == other.0
        }
    }

    #[derive(Debug)]
    struct Data;

    impl Default for Data {
        fn default() -> Self {
            here("default");
            Self
        }
    }

    let map: LockMap<Key, Data> = LockMap::new();
    let held = map.key(&Key(1)).try_acquire().unwrap();
    for (place, key) in [("hash", 1), ("eq", 1), ("clone", 2), ("default", 2)] {
        PANICS.set(place);
        let outcome = catch_unwind(AssertUnwindSafe(|| map.key(&Key(key)).try_acquire().is_some()));
        PANICS.set("");
        assert!(outcome.is_err(), "{place}");
        assert_eq!(map.len(), 1, "{place}");
    }
    assert!(map.key(&Key(1)).try_acquire().is_none());
    held.release();
    assert!(map.key(&Key(2)).try_acquire().is_some());
    assert!(map.is_empty());
}

/// A task that sets one acquire aside and awaits the same key again does not hang.
#[test]
fn a_task_does_not_wait_for_a_key_of_its_own() {
    let map: LockMap<u32> = LockMap::new();
    let held = map.key(&1).try_acquire().unwrap();
    let waker = Waker::from(Arc::new(Silent));
    let mut aside = Polled::new(map.key(&1).acquire());
    let mut second = Polled::new(map.key(&1).acquire());
    assert!(aside.poll_with(&waker).is_pending());
    assert!(second.poll_with(&waker).is_pending());
    held.release();
    let got = (0..4).find_map(|_| match second.poll_with(&waker) {
        Poll::Ready(guard) => Some(guard),
        Poll::Pending => None,
    });
    drop((got.expect("it takes over"), aside, second));
    assert!(map.is_empty());
}

struct Silent;

impl std::task::Wake for Silent {
    fn wake(self: Arc<Self>) {}
}

/// Threads and tasks that come, are cancelled, and go.
#[test]
fn nobody_shares_a_key_and_nothing_is_left() {
    const KEYS: usize = 5;
    let map: Arc<LockMap<usize, u64>> = Arc::new(LockMap::new());
    let inside: Arc<[AtomicUsize; KEYS]> = Arc::default();
    let enter = |key: usize, inside: &[AtomicUsize; KEYS]| {
        assert_eq!(inside[key].fetch_add(1, Ordering::Relaxed), 0, "two hold key {key}");
    };
    let leave = |key: usize, inside: &[AtomicUsize; KEYS]| {
        inside[key].fetch_sub(1, Ordering::Relaxed);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    thread::scope(|scope| {
        for seed in 0..2 {
            let (map, inside) = (&map, &inside);
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                for _ in 0..2_000 {
                    let key = dice.roll(KEYS);
                    let guard = map.key(&key).blocking_acquire();
                    enter(key, inside);
                    leave(key, inside);
                    drop(guard);
                }
            });
        }
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for seed in 10..14 {
                let (map, inside) = (Arc::clone(&map), Arc::clone(&inside));
                tasks.spawn(async move {
                    let mut dice = Dice::new(seed);
                    for _ in 0..2_000 {
                        let key = dice.roll(KEYS);
                        let mut waiting = Box::pin(map.key(&key).acquire());
                        if dice.one_in(3) {
                            // Polled once, and cancelled.
                            tokio::select! {
                                biased;
                                _guard = &mut waiting => {}
                                () = std::future::ready(()) => {}
                            }
                            continue;
                        }
                        let guard = waiting.await;
                        enter(key, &inside);
                        if dice.one_in(10) {
                            tokio::task::yield_now().await;
                        }
                        leave(key, &inside);
                        drop(guard);
                    }
                });
            }
            while let Some(outcome) = tasks.join_next().await {
                outcome.unwrap();
            }
        });
    });
    assert!(map.is_empty());
}
