//! Blocks of several locks: no deadlock, no starvation.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use underlock::{Barrier, Busy, Elapsed, Enter, Lock, Semaphore, sync_block};

use crate::support::at_once;

/// Fails a test that hangs, however slow the machine.
const TIMEOUT: Duration = Duration::from_secs(45);

/// One task enters both locks in one block, another nests them in the opposite order. `flipped`
/// swaps their order in memory.
async fn against_nested(flipped: bool, rounds: u32) {
    let (a, b) = (Lock::new(0_u32), Lock::new(0_u32));
    let locks = Arc::new(if flipped { (b, a) } else { (a, b) });
    let both = Arc::clone(&locks);
    let at_once = tokio::spawn(async move {
        for _ in 0..rounds {
            sync_block!(a = both.0, b = both.1, async {
                *a += 1;
                yield_now().await;
                *b += 1;
            });
        }
    });
    let nests = Arc::clone(&locks);
    let nested = tokio::spawn(async move {
        for _ in 0..rounds {
            sync_block!(b = nests.1, async {
                yield_now().await;
                sync_block!(a = nests.0, {
                    *a += 1;
                    *b += 1;
                });
            });
        }
    });
    for task in [at_once, nested] {
        timeout(TIMEOUT, task).await.expect("no deadlock").unwrap();
    }
    assert_eq!((*locks.0.acquire().await, *locks.1.acquire().await), (2 * rounds, 2 * rounds));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocks_nested_in_either_order_never_deadlock() {
    against_nested(false, 2_000).await;
    against_nested(true, 2_000).await;
}

#[tokio::test]
async fn blocks_nested_in_either_order_never_deadlock_on_one_thread() {
    against_nested(false, 500).await;
    against_nested(true, 500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn philosophers_eat() {
    let forks: Arc<[Lock<u32>; 5]> = Arc::new([const { Lock::new(0) }; 5]);
    let philosophers: Vec<_> = (0..5)
        .map(|seat| {
            let forks = Arc::clone(&forks);
            tokio::spawn(async move {
                for _ in 0..500 {
                    sync_block!(left = forks[seat], right = forks[(seat + 1) % 5], async {
                        *left += 1;
                        yield_now().await;
                        *right += 1;
                    });
                }
            })
        })
        .collect();
    for philosopher in philosophers {
        timeout(TIMEOUT, philosopher).await.expect("no deadlock").unwrap();
    }
    for fork in &*forks {
        assert_eq!(*fork.acquire().await, 1_000);
    }
}

/// How tasks that use one of the locks hold it.
#[derive(Clone, Copy)]
enum Hold {
    Yield,
    Sleep,
}

impl Hold {
    async fn hold(self) {
        match self {
            Hold::Yield => yield_now().await,
            Hold::Sleep => sleep(Duration::from_millis(1)).await,
        }
    }
}

/// Whether a block of two is entered `wanted` times although each of its locks always has other
/// waiters.
async fn enters_under_load(hold: Hold, wanted: u32) {
    let locks = Arc::new((Lock::new(()), Lock::new(())));
    let stop = Arc::new(AtomicBool::new(false));
    let entered = Arc::new(AtomicU32::new(0));
    let mut load = Vec::new();
    for _ in 0..3 {
        for second in [false, true] {
            let (locks, stop) = (Arc::clone(&locks), Arc::clone(&stop));
            load.push(tokio::spawn(async move {
                let lock = if second { &locks.1 } else { &locks.0 };
                while !stop.load(Ordering::Relaxed) {
                    sync_block!(_ = lock, async { hold.hold().await });
                }
            }));
        }
    }
    let block = async {
        while entered.fetch_add(1, Ordering::Relaxed) < wanted {
            sync_block!(_ = locks.0, _ = locks.1, async { hold.hold().await });
        }
    };
    let served = timeout(TIMEOUT, block).await;
    stop.store(true, Ordering::Relaxed);
    for task in load {
        task.await.unwrap();
    }
    let entered = entered.load(Ordering::Relaxed);
    assert!(served.is_ok(), "starved after {entered} entries");
}

#[tokio::test]
async fn a_block_is_not_starved_by_holders_that_yield() {
    enters_under_load(Hold::Yield, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_is_not_starved_by_holders_that_yield_on_two_threads() {
    enters_under_load(Hold::Yield, 1_000).await;
}

#[tokio::test]
async fn a_block_is_not_starved_by_holders_that_sleep() {
    enters_under_load(Hold::Sleep, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_is_not_starved_by_holders_that_sleep_on_two_threads() {
    enters_under_load(Hold::Sleep, 20).await;
}

/// Waiting for a lock that is held for long blocks no other lock, and polls rarely.
#[tokio::test(start_paused = true)]
async fn a_grant_is_passed_on_while_another_lock_is_held() {
    let (a, b) = (Lock::new(0), Lock::new(0));
    let held = b.acquire().await;
    let polls = AtomicU32::new(0);
    let both = async {
        let mut entering = std::pin::pin!(async {
            sync_block!(a = a, b = b, {
                *a += 1;
                *b += 1;
            });
        });
        std::future::poll_fn(|cx| {
            polls.fetch_add(1, Ordering::Relaxed);
            entering.as_mut().poll(cx)
        })
        .await;
    };
    let others = async {
        for _ in 0..50 {
            timeout(Duration::from_secs(1), async { sync_block!(a = a, { *a += 1 }) })
                .await
                .expect("`a` is passed on");
            sleep(Duration::from_secs(1)).await;
        }
        // Both are polled once per round.
        let polls = polls.load(Ordering::Relaxed);
        assert!(polls < 100, "{polls} polls while `b` is held");
        held.release();
    };
    tokio::join!(both, others);
    assert_eq!((a.into_inner(), b.into_inner()), (51, 1));
}

#[tokio::test]
async fn a_dropped_block_leaves_no_trace() {
    let (a, b) = (Lock::new(()), Lock::new(()));
    let held = b.acquire().await;
    {
        let both = async { sync_block!(_ = a, _ = b, {}) };
        let mut both = std::pin::pin!(both);
        assert!(at_once_or_not(both.as_mut()).is_none());
        assert!(a.is_locked(), "kept for a while");
    }
    assert!(!a.is_locked());
    held.release();
    assert!(!b.is_locked());
}

/// Polls once.
fn at_once_or_not<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut cx) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_holds_for_all_or_none() {
    let (a, b) = (Lock::new(1), Lock::new(2));
    let limit = Duration::from_secs(1);
    let held = a.acquire().await;
    assert_eq!(sync_block!(a = a, b = b.now(), { *a + *b }), Err(Busy));
    assert_eq!(sync_block!(b = b, a = a.now(), { *a + *b }), Err(Busy));
    assert_eq!(sync_block!(a = a, b = b.within(limit), { *a + *b }), Err(Elapsed));
    assert!(!b.is_locked());
    held.release();
    assert_eq!(sync_block!(a = a, b = b.now(), { *a + *b }), Ok(3));
    assert_eq!(sync_block!(a = a, b = b.within(limit), { *a + *b }), Ok(3));
    assert_eq!(sync_block!(a = a, b = b.within(Duration::ZERO), { *a + *b }), Ok(3));
}

/// A spent budget does not make a free lock `Busy`.
#[tokio::test]
async fn free_locks_are_never_busy() {
    let (a, b) = (Lock::new(0), Lock::new(0));
    for _ in 0..1_000 {
        assert_eq!(sync_block!(a = a, _b = b.now(), { *a += 1 }), Ok(()));
    }
}

#[test]
fn many_locks_of_all_kinds() {
    let locks = [const { Lock::new(1) }; 9];
    let semaphore = Semaphore::new(1);
    let sum = at_once(async {
        sync_block!(
            a = locks[0],
            _ = locks[1],
            _ = locks[2],
            _ = locks[3],
            _ = locks[4],
            _ = locks[5],
            _ = locks[6],
            _ = locks[7],
            z = locks[8],
            _permit = semaphore,
            {
                assert!(locks.iter().all(Lock::is_locked));
                *a + *z
            }
        )
    });
    assert_eq!(sum, 2);
}

#[test]
fn a_barrier_is_entered_around_locks() {
    let (barrier, lock) = (Barrier::new(1), Lock::new(0));
    at_once(async {
        sync_block!(_met = barrier, {
            sync_block!(value = lock, { *value += 1 });
        });
    });
    assert_eq!(lock.into_inner(), 1);
}

/// Of `&Lock`, whose lifetime the compiler leaves out where it looks whether a future is `Send`.
async fn sum_of_borrowed(a: &Lock<u32>, b: &Lock<u32>) -> u32 {
    let limit = Duration::from_secs(1);
    let now = sync_block!(a = a, b = b.now(), { *a + *b });
    let soon = sync_block!(a = a, b = b.within(limit), { *a + *b });
    let sum = sync_block!(a = a, b = b, async {
        yield_now().await;
        *a + *b
    });
    assert_eq!((now, soon), (Ok(sum), Ok(sum)));
    sum
}

#[tokio::test]
async fn a_block_of_borrowed_locks_can_be_spawned() {
    let locks = Arc::new((Lock::new(1), Lock::new(2)));
    let sum = tokio::spawn(async move { sum_of_borrowed(&locks.0, &locks.1).await });
    assert_eq!(sum.await.unwrap(), 3);
}

#[tokio::test]
async fn a_block_of_indexed_arcs_can_be_spawned() {
    let locks: Vec<Arc<Lock<u32>>> = (0..3).map(|value| Arc::new(Lock::new(value))).collect();
    let sum = tokio::spawn(async move {
        let mut sum = 0;
        for (i, j) in [(0, 1), (1, 2), (2, 0)] {
            sum += sync_block!(x = locks[i], y = locks[j], async {
                yield_now().await;
                *x + *y
            });
            sum += sync_block!(x = *locks[i], y = locks[j].now(), { *x + *y }).unwrap();
        }
        sum + sum_of_borrowed(&locks[1], &locks[2]).await
    });
    assert_eq!(sum.await.unwrap(), 15);
}

/// What a block of several leads to by the fields of a reference, by a pointer in a map, by a type of
/// another lifetime.
#[test]
fn blocks_of_several_are_send_however_they_lead_there() {
    struct Pair<'a>(&'a Lock<u32>, Box<Lock<u32>>);

    async fn fields(pair: &Pair<'_>, semaphore: &Semaphore) {
        sync_block!(a = pair.0, b = pair.1, _permit = semaphore, { *a += *b });
    }
    async fn in_a_map(locks: &HashMap<u32, Arc<Lock<u32>>>) {
        sync_block!(a = locks[&0], b = Arc::clone(&locks[&1]), { *a += *b });
    }
    async fn generic<L>(a: &Arc<L>, b: &Arc<L>)
    where
        L: for<'a> Enter<Entering<'a>: Send, Entered<'a>: Send> + Send + Sync + 'static,
    {
        let (a, b) = (Arc::clone(a), Arc::clone(b));
        is_send(async move { sync_block!(_a = a, _b = b, {}) }).await;
    }
    fn is_send<F: Send>(future: F) -> F {
        future
    }

    let (lock, permits) = (Lock::new(1), Semaphore::new(1));
    at_once(is_send(fields(&Pair(&lock, Box::new(Lock::new(2))), &permits)));
    let locks = HashMap::from([0, 1].map(|key| (key, Arc::new(Lock::new(key)))));
    at_once(is_send(in_a_map(&locks)));
    at_once(is_send(generic(&locks[&0], &locks[&1])));
    assert_eq!((lock.into_inner(), *locks[&0].try_acquire().unwrap()), (3, 1));
}

/// No livelock: blocks of the same locks stop passing their grants on once a nested block in
/// another order is done.
#[tokio::test]
async fn blocks_of_the_same_locks_all_finish() {
    async fn yields(times: u32) {
        for _ in 0..times {
            yield_now().await;
        }
    }

    let locks: Arc<[Lock<()>; 3]> = Arc::default();
    let mut tasks = Vec::new();
    let all = Arc::clone(&locks);
    tasks.push(tokio::spawn(async move {
        sync_block!(_first = all[0], async {
            yields(1).await;
            sync_block!(_second = all[1], async { yields(3).await });
        });
    }));
    for (before, inside) in [(1, 1), (2, 0), (2, 0)] {
        let all = Arc::clone(&locks);
        tasks.push(tokio::spawn(async move {
            yields(before).await;
            sync_block!(_last = all[2], _first = all[0], _second = all[1], async {
                yields(inside).await;
            });
        }));
    }
    for task in tasks {
        timeout(Duration::from_secs(10), task).await.expect("no livelock").unwrap();
    }
}

/// Futurelock: a task with an unpolled acquire enters a block of several with the same lock, which
/// it can't keep. Another task that nests in the opposite order is still granted it.
#[tokio::test]
async fn an_unpolled_acquire_beside_a_block_starves_no_task() {
    let locks: Arc<[Lock<()>; 2]> = Arc::default();
    let held = locks[0].try_acquire().unwrap();
    let both = Arc::clone(&locks);
    let abandons = tokio::spawn(async move {
        let mut abandoned = Box::pin(both[0].acquire());
        let polled = poll_fn(|cx| Poll::Ready(abandoned.as_mut().poll(cx).is_pending()));
        assert!(polled.await);
        sync_block!(_first = both[0], _second = both[1], {});
        drop(abandoned);
    });
    let both = Arc::clone(&locks);
    let nests = tokio::spawn(async move {
        sync_block!(_second = both[1], async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            sync_block!(_first = both[0], {});
        });
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop(held);
    for task in [abandons, nests] {
        timeout(Duration::from_secs(10), task).await.expect("no deadlock").unwrap();
    }
}
