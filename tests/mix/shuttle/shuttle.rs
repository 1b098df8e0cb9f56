//! Programs at the granularity of atomic operations: a thread for each task, scheduled at random by
//! Shuttle.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use mix_shuttle::{Engine, Program, World, each_seed};
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::thread::{self, Thread};
use shuttle::{Config, Runner};

const ENGINE: Engine = Engine { observes: true, blocks: true };

/// The tasks' states. No thread is preempted while it accesses the board, which is not under test.
struct Board {
    tasks: Mutex<Vec<State>>,
    main: Thread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Runs,
    /// Runs, and has been woken since its last poll.
    Woken,
    Waits,
    Ended,
}

/// Wakes a task.
struct Bell {
    board: Arc<Board>,
    who: usize,
    thread: Thread,
}

impl Board {
    fn tasks(&self) -> MutexGuard<'_, Vec<State>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the task is runnable. If none is, the main thread is.
    fn leave(&self, who: usize, as_what: State) -> bool {
        let mut tasks = self.tasks();
        if as_what == State::Waits && tasks[who] == State::Woken {
            tasks[who] = State::Runs;
            return true;
        }
        tasks[who] = as_what;
        let all_wait = tasks.iter().all(|state| matches!(state, State::Waits | State::Ended));
        drop(tasks);
        if all_wait {
            self.main.unpark();
        }
        false
    }

    /// Blocks until no task is runnable. Returns whether any has not ended.
    fn wait(&self) -> bool {
        loop {
            let tasks = self.tasks();
            if tasks.iter().all(|state| matches!(state, State::Waits | State::Ended)) {
                return tasks.contains(&State::Waits);
            }
            drop(tasks);
            thread::park();
        }
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut tasks = self.board.tasks();
        let state = &mut tasks[self.who];
        let waited = *state == State::Waits;
        match *state {
            State::Runs => *state = State::Woken,
            State::Waits => *state = State::Runs,
            State::Woken | State::Ended => {}
        }
        drop(tasks);
        if waited {
            self.thread.unpark();
        }
    }
}

fn run_task(program: &Program, world: &World, board: &Arc<Board>, who: usize) {
    let bell = Bell { board: Arc::clone(board), who, thread: thread::current() };
    let waker = Waker::from(Arc::new(bell));
    let mut task = pin!(world.perform(who, &program.scripts[who]));
    while task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        if !board.leave(who, State::Waits) {
            while board.tasks()[who] == State::Waits {
                thread::park();
            }
        }
    }
}

fn run(program: &Arc<Program>) {
    let world = Arc::new(World::new(program, ENGINE));
    let tasks = Mutex::new(vec![State::Runs; program.scripts.len()]);
    let board = Arc::new(Board { tasks, main: thread::current() });
    let threads: Vec<_> = (0..program.scripts.len())
        .map(|who| {
            let (program, world, board) = (program.clone(), world.clone(), board.clone());
            thread::spawn(move || {
                run_task(&program, &world, &board, who);
                board.leave(who, State::Ended);
            })
        })
        .collect();
    for _ in 0..program.rounds() {
        let some_wait = board.wait();
        world.check_idle();
        if !some_wait {
            for thread in threads {
                thread.join().expect("a panic fails the test");
            }
            return world.check_end();
        }
        world.wind_up();
    }
    panic!("a task hangs");
}

fn explore(seed: u64, scheduler: impl Scheduler + 'static) {
    let program = Arc::new(Program::random(seed, 8, 6));
    let mut config = Config::new();
    config.stack_size = 0x40000;
    // Shuttle treats every ordering as `SeqCst`; the loom models check those.
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || run(&program));
}

#[test]
fn any_next() {
    each_seed(8_000, |seed| explore(seed, RandomScheduler::new_from_seed(seed, 4)));
}

/// Threads run on, but for a few preemptions.
#[test]
fn few_preemptions() {
    each_seed(8_000, |seed| explore(seed, PctScheduler::new_from_seed(seed, 4, 4)));
}
