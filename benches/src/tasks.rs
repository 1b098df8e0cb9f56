//! Tasks on tokio's runtimes, timed together.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

static ONE_THREAD: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

static TWO_WORKERS: LazyLock<Runtime> = LazyLock::new(|| {
    let started = AtomicUsize::new(0);
    Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(move || WORKER.set(started.fetch_add(1, Ordering::Relaxed)))
        .build()
        .expect("a runtime")
});

thread_local! {
    /// The index of this thread among the runtime's workers.
    static WORKER: Cell<usize> = const { Cell::new(0) };
}

/// Where the tasks run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On {
    OneThread,
    TwoWorkers,
}

impl On {
    fn runtime(self) -> &'static Runtime {
        match self {
            Self::OneThread => &ONE_THREAD,
            Self::TwoWorkers => &TWO_WORKERS,
        }
    }

    fn workers(self) -> u32 {
        match self {
            Self::OneThread => 1,
            Self::TwoWorkers => 2,
        }
    }

    /// Spawns all `tasks`, then times them from their common start to the end of the last.
    pub(crate) fn time<F>(self, tasks: impl IntoIterator<Item = F>) -> Duration
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.begin_and(tasks, || {})
    }

    /// [`time`](Self::time), with a closure that runs meanwhile.
    fn begin_and<F>(self, tasks: impl IntoIterator<Item = F>, meanwhile: impl FnOnce()) -> Duration
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.runtime().block_on(async {
            let gate = Arc::new(Gate::default());
            let tasks: Vec<_> = tasks
                .into_iter()
                .map(|task| {
                    let gate = Arc::clone(&gate);
                    tokio::spawn(async move {
                        gate.pass().await;
                        task.await;
                        Instant::now()
                    })
                })
                .collect();
            while gate.seen.load(Ordering::Relaxed).count_ones() < self.workers() {
                yield_once().await;
            }
            let begin = Instant::now();
            gate.open.store(true, Ordering::Release);
            meanwhile();
            let mut end = begin;
            for task in tasks {
                end = end.max(task.await.expect("the task ends"));
            }
            end - begin
        })
    }
}

/// Runs tasks on two workers until `length` is over. Returns the elapsed time, and the number of
/// laps of each task.
///
/// A fixed time bounds the measurement. A fixed number of operations does not: some peers fall into
/// a mode in which each takes a thousand times as long.
pub(crate) fn race<F>(tasks: usize, length: Duration, task: impl Fn(Laps) -> F) -> Race
where
    F: Future<Output = ()> + Send + 'static,
{
    let stop = Arc::new(AtomicBool::new(false));
    let laps: Vec<_> = (0..tasks).map(|_| Arc::new(AtomicU64::new(0))).collect();
    let tasks = laps
        .iter()
        .map(|done| task(Laps { stop: Arc::clone(&stop), done: 0, total: Arc::clone(done) }));
    let elapsed = On::TwoWorkers.begin_and(tasks, || {
        std::thread::sleep(length);
        stop.store(true, Ordering::Relaxed);
    });
    Race { elapsed, laps: laps.iter().map(|laps| laps.load(Ordering::Relaxed)).collect() }
}

/// The result of a race.
pub(crate) struct Race {
    pub(crate) elapsed: Duration,
    /// The laps of each task.
    pub(crate) laps: Vec<u64>,
}

/// Counts the laps of one task until the race is over.
pub(crate) struct Laps {
    stop: Arc<AtomicBool>,
    done: u64,
    total: Arc<AtomicU64>,
}

impl Laps {
    /// Whether to run another lap.
    pub(crate) fn another(&mut self) -> bool {
        let another = !self.stop.load(Ordering::Relaxed);
        self.done += u64::from(another);
        another
    }
}

impl Drop for Laps {
    fn drop(&mut self) {
        self.total.store(self.done, Ordering::Relaxed);
    }
}

/// Returns true `times` times.
pub(crate) fn times(mut times: u64) -> impl FnMut() -> bool + Send {
    move || {
        let more = times > 0;
        times = times.saturating_sub(1);
        more
    }
}

/// Holds the tasks back until all have started and every worker is awake.
#[derive(Default)]
struct Gate {
    open: AtomicBool,
    /// One bit for each worker that has run a task.
    seen: AtomicUsize,
}

impl Gate {
    async fn pass(&self) {
        while !self.open.load(Ordering::Acquire) {
            self.seen.fetch_or(1 << WORKER.get(), Ordering::Relaxed);
            yield_once().await;
        }
    }
}

/// Lets every other ready task run first.
pub(crate) async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
