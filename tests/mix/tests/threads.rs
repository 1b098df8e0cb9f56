//! Programs on real threads, for sanitizers, which understand neither how std parks a thread nor
//! the fence of the last drop of an `Arc`. So tasks are polled in sweeps, wakers live as long as
//! the threads, and the executor's own state is `Relaxed`: any ordering that the primitives fail to
//! provide is reported as a race. See `sanitizers.sh`.
//!
//! `UNDERLOCK_OPERATIONS` says how many operations to perform.

use std::env;
use std::panic;
use std::pin::Pin;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;

use mix::{Dice, Engine, Program, World};

const ENGINE: Engine = Engine { observes: false, blocks: false };
const THREADS: usize = 4;
const TASKS: usize = 8;

static SEED: AtomicU64 = AtomicU64::new(0);

fn main() {
    // The other threads would wait for ever for one that panics.
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        report(info);
        eprintln!("in program {}", SEED.load(Ordering::Relaxed));
        process::exit(1);
    }));
    let wanted = env::var("UNDERLOCK_OPERATIONS").map_or(20_000, |n| n.parse().expect("a number"));
    let mut performed = 0;
    while performed < wanted {
        let seed = SEED.load(Ordering::Relaxed);
        performed += run(&Program::random(seed, TASKS, 200), seed);
        SEED.store(seed + 1, Ordering::Relaxed);
    }
    println!("{performed} operations by {TASKS} tasks on {THREADS} threads, {SEED:?} programs");
}

struct WakeFlag(AtomicBool);

impl Wake for WakeFlag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How often a thread has swept its tasks. Only the main thread reads it.
#[derive(Default)]
struct Sweeps {
    /// A task was polled in the last sweep.
    busy: AtomicUsize,
    /// No task was.
    idle: AtomicUsize,
}

struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
    flag: &'a Arc<WakeFlag>,
}

/// Returns the number of operations performed.
fn run(program: &Program, seed: u64) -> usize {
    let world = World::new(program, ENGINE);
    let flags: [_; TASKS] = std::array::from_fn(|_| Arc::new(WakeFlag(AtomicBool::new(true))));
    let sweeps: [_; THREADS] = std::array::from_fn(|_| Sweeps::default());
    let (ended, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let threads: [_; THREADS] = std::array::from_fn(|number| {
            let (world, flags, sweeps) = (&world, &flags, &sweeps[number]);
            let (ended, stop) = (&ended, &stop);
            scope.spawn(move || {
                let task = |who| Task {
                    future: Box::pin(world.perform(who, &program.scripts[who])),
                    flag: &flags[who],
                };
                let mut tasks: Vec<_> = (number..TASKS).step_by(THREADS).map(task).collect();
                let mut dice = Dice::new(seed + number as u64);
                while !stop.load(Ordering::Relaxed) {
                    let left = tasks.len();
                    let busy = sweep(&mut tasks, &mut dice);
                    ended.fetch_add(left - tasks.len(), Ordering::Relaxed);
                    let which = if busy { &sweeps.busy } else { &sweeps.idle };
                    which.fetch_add(1, Ordering::Release);
                    if !busy {
                        thread::yield_now();
                    }
                }
            })
        });
        for _ in 0..program.rounds() {
            while !all_wait(&sweeps) {}
            world.check_idle();
            if ended.load(Ordering::Relaxed) == TASKS {
                stop.store(true, Ordering::Relaxed);
                // Joined by hand: sanitizers don't see the synchronization of the scope.
                for thread in threads {
                    thread.join().expect("a panic aborts the process");
                }
                return;
            }
            world.wind_up();
        }
        panic!("a task hangs");
    });
    world.check_end();
    world.performed()
}

/// Polls a thread's woken tasks and, if there was one, some others.
fn sweep(tasks: &mut Vec<Task<'_>>, dice: &mut Dice) -> bool {
    let mut busy = false;
    tasks.retain_mut(|Task { future, flag }| {
        let woken = flag.0.swap(false, Ordering::Relaxed);
        busy |= woken;
        if woken || busy && dice.one_in(8) {
            let waker = Waker::from(Arc::clone(flag));
            return future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending();
        }
        true
    });
    busy
}

/// Whether no task is runnable. It lags: a task woken by the very last poll is found only in a
/// later sweep.
fn all_wait(sweeps: &[Sweeps; THREADS]) -> bool {
    let count = |which: fn(&Sweeps) -> &AtomicUsize| {
        sweeps.each_ref().map(|sweeps| which(sweeps).load(Ordering::Acquire))
    };
    let [busy, idle] = [count(|sweeps| &sweeps.busy), count(|sweeps| &sweeps.idle)];
    while count(|sweeps| &sweeps.busy) == busy {
        thread::yield_now();
        let now = count(|sweeps| &sweeps.idle);
        if now.iter().zip(idle).all(|(now, before)| now - before >= 2) {
            return count(|sweeps| &sweeps.busy) == busy;
        }
    }
    false
}
