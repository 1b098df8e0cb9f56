//! Critical sections, predicates, parties and wakers that panic.
//!
//! They unwind with `resume_unwind`, which prints no message.

use std::fmt::Debug;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use tokio::task::{JoinHandle, yield_now};
use underlock::{Barrier, Condition, Event, Lock, Semaphore, sync_block};

use super::{finished, runtimes};

fn unwind() -> ! {
    resume_unwind(Box::new("the test's own panic"));
}

/// Spawns many tasks, each told whether to panic, and joins them.
async fn half_panic<F: Future<Output = ()> + Send + 'static>(task: impl Fn(bool) -> F) {
    let tasks: Vec<_> = (0..200).map(|n| (n, tokio::spawn(task(n % 2 == 0)))).collect();
    for (n, task) in tasks {
        assert_eq!(panicked(task).await, n % 2 == 0);
    }
}

async fn panicked(task: JoinHandle<()>) -> bool {
    tokio::time::timeout(super::TIMEOUT, task)
        .await
        .expect("the task hangs")
        .is_err_and(|error| error.is_panic())
}

#[test]
fn sections_panic() {
    for runtime in runtimes() {
        runtime.block_on(async {
            let lock = Arc::new(Lock::new(0));
            half_panic(|panics| {
                let lock = Arc::clone(&lock);
                async move {
                    sync_block!(count = lock, async {
                        yield_now().await;
                        *count += 1;
                        if panics {
                            unwind();
                        }
                    });
                }
            })
            .await;
            // Nothing is poisoned.
            assert_eq!(*lock.acquire().await, 200);
            assert_eq!(format!("{lock:?}"), "Lock { locked: false, waiters: 0 }");

            let semaphore = Arc::new(Semaphore::new(3));
            half_panic(|panics| {
                let semaphore = Arc::clone(&semaphore);
                async move {
                    let _permit = semaphore.acquire_many(2).await;
                    yield_now().await;
                    if panics {
                        unwind();
                    }
                }
            })
            .await;
            assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 3, waiters: 0 }");
        });
    }
}

/// A predicate is evaluated by the waiting task, with the lock held.
#[test]
fn predicates_panic() {
    for runtime in runtimes() {
        runtime.block_on(async {
            let turn = Arc::new(Condition::new(false));
            let tell = tokio::spawn({
                let turn = Arc::clone(&turn);
                async move {
                    loop {
                        let mut turn = turn.acquire().await;
                        *turn = true;
                        turn.notify_all();
                        turn.release();
                        yield_now().await;
                    }
                }
            });
            half_panic(|panics| {
                let turn = Arc::clone(&turn);
                async move {
                    let turn = turn.acquire().await;
                    let mut asked = 0;
                    let twice = |turn: &bool| {
                        asked += 1;
                        if asked == 2 && panics {
                            unwind();
                        }
                        *turn && asked == 2
                    };
                    turn.wait_for(twice).await.release();
                }
            })
            .await;
            tell.abort();
            assert!(finished::<()>(tell).await.is_none());
            assert_eq!(format!("{turn:?}"), "Condition { locked: false, waiters: 0 }");
        });
    }
}

/// A missing party breaks the barrier for the others.
#[test]
fn parties_panic() {
    for runtime in runtimes() {
        runtime.block_on(async {
            for who in 0..3 {
                let tasks =
                    Barrier::split::<3>().into_iter().enumerate().map(|(place, mut party)| {
                        tokio::spawn(async move {
                            party.wait().await.expect("all parties are alive");
                            if place == who {
                                unwind();
                            }
                            party.wait().await.expect_err("one has panicked");
                        })
                    });
                for (place, task) in tasks.collect::<Vec<_>>().into_iter().enumerate() {
                    assert_eq!(panicked(task).await, place == who);
                }
            }
        });
    }
}

/// Panics when it is woken.
struct Bomb(Event);

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        self.0.set();
        unwind();
    }
}

/// Waits with a bomb, and keeps the future until that has gone off.
async fn with_bomb<T>(future: impl Future<Output = T>) {
    let mut future = pin!(future);
    let bomb = Arc::new(Bomb(Event::new()));
    let waker = Waker::from(Arc::clone(&bomb));
    assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    bomb.0.wait().await;
}

/// Queues tasks, the one in the middle with a bomb. `release` releases them all: waking the
/// bomb panics in the releasing task, and no other task is affected.
async fn one_panics<P, F, B>(
    primitive: &Arc<P>,
    wait: impl Fn(Arc<P>) -> F,
    bomb: impl Fn(Arc<P>) -> B,
    release: impl Future<Output = ()> + Send + 'static,
) where
    P: Debug,
    F: Future<Output = ()> + Send + 'static,
    B: Future<Output = ()> + Send + 'static,
{
    let mut tasks = Vec::new();
    for place in 0..WAITERS {
        let shared = Arc::clone(primitive);
        tasks.push(match place {
            MIDDLE => tokio::spawn(bomb(shared)),
            _ => tokio::spawn(wait(shared)),
        });
        let queued = format!("waiters: {} }}", place + 1);
        while !format!("{primitive:?}").ends_with(&queued) {
            yield_now().await;
        }
    }
    tasks.push(tokio::spawn(release));
    let mut panics = 0;
    for task in tasks {
        panics += usize::from(panicked(task).await);
    }
    assert_eq!(panics, 1);
}

const WAITERS: usize = 20;
const MIDDLE: usize = 10;

#[test]
fn a_waker_panics() {
    for runtime in runtimes() {
        runtime.block_on(async {
            let event = Arc::new(Event::new());
            let set = Arc::clone(&event);
            one_panics(
                &event,
                |event| async move { event.wait().await },
                |event| async move { with_bomb(event.wait()).await },
                async move { set.set() },
            )
            .await;
            assert_eq!(format!("{event:?}"), "Event { set: true, waiters: 0 }");

            let semaphore = Arc::new(Semaphore::new(0));
            let release = Arc::clone(&semaphore);
            one_panics(
                &semaphore,
                |semaphore| async move { semaphore.acquire().await.forget() },
                |semaphore| async move { with_bomb(semaphore.acquire()).await },
                async move { release.release_many(WAITERS) },
            )
            .await;
            // The bomber has dropped its permit.
            assert_eq!(format!("{semaphore:?}"), "Semaphore { permits: 1, waiters: 0 }");

            let lock = Arc::new(Lock::new(0));
            let guard = Arc::clone(&lock).acquire_owned().await;
            one_panics(
                &lock,
                |lock| async move { *lock.acquire().await += 1 },
                |lock| async move { with_bomb(lock.acquire()).await },
                async move { guard.release() },
            )
            .await;
            assert_eq!(*lock.acquire().await, WAITERS - 1);

            let count = Arc::new(Condition::new(0));
            let notify = Arc::clone(&count);
            one_panics(
                &count,
                |count| async move { *count.acquire().await.wait().await += 1 },
                |count| async move {
                    with_bomb(async { count.acquire().await.wait().await }).await;
                },
                async move { notify.acquire().await.notify_all() },
            )
            .await;
            assert_eq!(*count.acquire().await, WAITERS - 1);
        });
    }
}
