//! A runtime shuts down while its tasks hold guards and wait. The primitives, shared with another
//! runtime, outlive those tasks, which leave no trace.

use std::fmt::Debug;
use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinHandle;
use underlock::{Barrier, Condition, Event, Lock, Semaphore};

use super::{TIMEOUT, finished, runtimes};

/// The number of tasks of each runtime that wait for each primitive.
const WAITERS: usize = 20;

#[derive(Clone, Copy, Debug)]
enum End {
    Drop,
    Timeout,
    Background,
}

struct Primitives {
    lock: Lock<usize>,
    condition: Condition<usize>,
    semaphore: Semaphore,
    event: Event,
    barrier: Barrier,
}

#[derive(Clone, Copy, Debug)]
enum Which {
    Lock,
    Condition,
    Semaphore,
    Event,
    Barrier,
}

impl Which {
    const ALL: [Self; 5] =
        [Self::Lock, Self::Condition, Self::Semaphore, Self::Event, Self::Barrier];
}

impl Primitives {
    async fn wait(&self, which: Which) {
        match which {
            Which::Lock => *self.lock.acquire().await += 1,
            Which::Condition => *self.condition.acquire().await.wait().await += 1,
            Which::Semaphore => drop(self.semaphore.acquire_many(2).await),
            Which::Event => self.event.wait().await,
            Which::Barrier => _ = self.barrier.wait().await.expect("it trips"),
        }
    }

    /// Waits until each has `n` waiters, while the holder has the lock and two permits.
    #[track_caller]
    fn lined_up(&self, n: usize) {
        becomes(&self.lock, &format!("Lock {{ locked: true, waiters: {n} }}"));
        becomes(&self.semaphore, &format!("Semaphore {{ permits: 0, waiters: {n} }}"));
        self.parked(n);
    }

    /// Waits until there are `n` waiters for events of other tasks.
    #[track_caller]
    fn parked(&self, n: usize) {
        let parties = self.barrier.parties();
        becomes(&self.event, &format!("Event {{ set: false, waiters: {n} }}"));
        becomes(&self.barrier, &format!("Barrier {{ filling, waiting: {n}/{parties} }}"));
        becomes(&self.condition, &format!("Condition {{ locked: false, waiters: {n} }}"));
    }
}

#[track_caller]
fn becomes(primitive: &impl Debug, text: &str) {
    let start = Instant::now();
    while format!("{primitive:?}") != text {
        assert!(start.elapsed() < TIMEOUT, "{primitive:?} does not become {text}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn spawn(runtime: &Handle, primitives: &Arc<Primitives>) -> Vec<JoinHandle<()>> {
    (0..WAITERS)
        .flat_map(|_| Which::ALL)
        .map(|which| {
            let primitives = Arc::clone(primitives);
            runtime.spawn(async move { primitives.wait(which).await })
        })
        .collect()
}

fn live_on(dying: Runtime, end: End) {
    let [_, living] = runtimes();
    let primitives = Arc::new(Primitives {
        lock: Lock::new(0),
        condition: Condition::new(0),
        semaphore: Semaphore::new(2),
        event: Event::new(),
        barrier: Barrier::new(2 * WAITERS + 1),
    });
    let Primitives { lock, condition, semaphore, event, barrier } = &*primitives;

    let holder = Arc::clone(&primitives);
    dying.spawn(async move {
        let _held = (holder.lock.acquire().await, holder.semaphore.acquire_many(2).await);
        pending::<()>().await;
    });
    let stop = Arc::new(Event::new());
    let (stopped, handle) = (Arc::clone(&stop), dying.handle().clone());
    let driver = thread::spawn(move || {
        dying.block_on(stopped.wait());
        match end {
            End::Drop => drop(dying),
            End::Timeout => dying.shutdown_timeout(Duration::from_millis(50)),
            End::Background => dying.shutdown_background(),
        }
    });
    becomes(lock, "Lock { locked: true, waiters: 0 }");
    becomes(semaphore, "Semaphore { permits: 0, waiters: 0 }");
    drop(spawn(&handle, &primitives));
    primitives.lined_up(WAITERS);
    let mut tasks = spawn(living.handle(), &primitives);
    primitives.lined_up(2 * WAITERS);
    let blocking = Arc::clone(&primitives);
    drop(handle.spawn_blocking(move || *blocking.lock.blocking_acquire() += 1));
    becomes(lock, &format!("Lock {{ locked: true, waiters: {} }}", 2 * WAITERS + 1));

    stop.set();
    driver.join().unwrap();
    primitives.parked(WAITERS);
    living.block_on(async {
        event.set();
        condition.acquire().await.notify_all();
        for _ in 0..WAITERS {
            let primitives = Arc::clone(&primitives);
            tasks.push(tokio::spawn(async move { primitives.wait(Which::Barrier).await }));
        }
        barrier.wait().await.expect("the others arrive as well");
        for task in tasks {
            finished(task).await;
        }
    });
    // Tasks of the runtime may have used grants while it shut down.
    becomes(lock, "Lock { locked: false, waiters: 0 }");
    assert!(lock.try_acquire().is_some_and(|count| *count >= WAITERS));
    assert_eq!(condition.try_acquire().map(|count| *count), Some(WAITERS));
    becomes(semaphore, "Semaphore { permits: 2, waiters: 0 }");
    event.clear();
    primitives.parked(0);
}

#[test]
fn primitives_outlive_a_runtime() {
    for end in [End::Drop, End::Timeout, End::Background] {
        for dying in runtimes() {
            live_on(dying, end);
        }
    }
}
