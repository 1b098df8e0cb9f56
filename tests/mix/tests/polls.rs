//! Programs at the granularity of polls: one thread, which polls any woken task, now and then one
//! that was not woken, in an order determined by the seed.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use mix::{Dice, Engine, Program, World, each_seed};

const ENGINE: Engine = Engine { observes: true, blocks: false };

/// More polls than any program needs until all its tasks are blocked.
const POLLS: usize = 1_000_000;

struct WakeFlag(AtomicBool);

impl Wake for WakeFlag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
    flag: &'a Arc<WakeFlag>,
}

fn run(program: &Program, mut dice: Dice) {
    let flags: Vec<_> =
        program.scripts.iter().map(|_| Arc::new(WakeFlag(AtomicBool::new(true)))).collect();
    perform(program, &flags, &mut dice);
    assert!(flags.iter().all(|flag| Arc::strong_count(flag) == 1), "a waker was leaked");
}

fn perform(program: &Program, flags: &[Arc<WakeFlag>], dice: &mut Dice) {
    let world = World::new(program, ENGINE);
    let scripts = program.scripts.iter().zip(flags).enumerate();
    let mut tasks: Vec<_> = scripts
        .map(|(who, (script, flag))| Task { future: Box::pin(world.perform(who, script)), flag })
        .collect();
    for _ in 0..program.rounds() {
        run_woken(&mut tasks, dice);
        world.check_idle();
        if tasks.is_empty() {
            return world.check_end();
        }
        world.wind_up();
    }
    panic!("a task hangs");
}

/// Polls until no task is woken any more.
fn run_woken(tasks: &mut Vec<Task<'_>>, dice: &mut Dice) {
    for _ in 0..POLLS {
        let is_woken = |place: &usize| tasks[*place].flag.0.load(Ordering::Relaxed);
        let woken: Vec<_> = (0..tasks.len()).filter(is_woken).collect();
        if woken.is_empty() {
            return;
        }
        let place = if dice.one_in(8) { dice.roll(tasks.len()) } else { dice.pick(&woken) };
        let Task { future, flag } = &mut tasks[place];
        flag.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(flag));
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(tasks.swap_remove(place));
        }
    }
    panic!("the tasks wake each other for ever");
}

#[test]
fn eight_tasks() {
    each_seed(20_000, |seed| run(&Program::random(seed, 8, 12), Dice::new(!seed)));
}

/// More than one batch of wakers holds.
#[test]
fn eighty_tasks() {
    each_seed(500, |seed| run(&Program::random(seed, 80, 12), Dice::new(!seed)));
}
