//! Programs on real threads that poll and nothing else: for sanitizers, which can't see into what
//! parks a thread in std, or the fence with which the last `Arc` is dropped. So tasks wait by being
//! swept over, wakers live as long as the threads, and what the executor itself writes is
//! `Relaxed`: whatever the primitives do not order is a race. See `sanitizers.sh`.
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
    // The other threads would wait for ever for one that fails.
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

struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How often a thread has gone through its tasks. It tells nobody but the main thread.
#[derive(Default)]
struct Sweeps {
    /// And somebody was polled.
    busy: AtomicUsize,
    /// And nobody was.
    idle: AtomicUsize,
}

struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
    bell: &'a Arc<Bell>,
}

/// Gives the number of operations performed.
fn run(program: &Program, seed: u64) -> usize {
    let world = World::new(program, ENGINE);
    let bells: [_; TASKS] = std::array::from_fn(|_| Arc::new(Bell(AtomicBool::new(true))));
    let sweeps: [_; THREADS] = std::array::from_fn(|_| Sweeps::default());
    let (ended, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let threads: [_; THREADS] = std::array::from_fn(|number| {
            let (world, bells, sweeps) = (&world, &bells, &sweeps[number]);
            let (ended, stop) = (&ended, &stop);
            scope.spawn(move || {
                let task = |who| Task {
                    future: Box::pin(world.perform(who, &program.scripts[who])),
                    bell: &bells[who],
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
                // Joined by hand: the scope would wait for them in a way that no sanitizer sees.
                for thread in threads {
                    thread.join().expect("it would have ended all");
                }
                return;
            }
            world.wind_up();
        }
        panic!("somebody waits for ever");
    });
    world.check_end();
    world.performed()
}

/// Polls those of a thread's tasks that were woken, and some that were not if any was.
fn sweep(tasks: &mut Vec<Task<'_>>, dice: &mut Dice) -> bool {
    let mut busy = false;
    tasks.retain_mut(|Task { future, bell }| {
        let woken = bell.0.swap(false, Ordering::Relaxed);
        busy |= woken;
        if woken || busy && dice.one_in(8) {
            let waker = Waker::from(Arc::clone(bell));
            return future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending();
        }
        true
    });
    busy
}

/// Whether no task can go on. It takes a while to tell: who was woken by the last poll of all has
/// to be found in a sweep that follows it.
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
