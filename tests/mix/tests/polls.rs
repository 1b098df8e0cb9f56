//! Programs at the granularity of polls: one thread, which polls any task that was woken, now and
//! then one that was not, in an order made of the seed.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use mix::{Dice, Engine, Program, World, each_seed};

const ENGINE: Engine = Engine { observes: true, blocks: false };

/// More polls than any program needs before all its tasks have to wait.
const POLLS: usize = 1_000_000;

struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task<'a> {
    future: Pin<Box<dyn Future<Output = ()> + 'a>>,
    bell: &'a Arc<Bell>,
}

fn run(program: &Program, mut dice: Dice) {
    let bells: Vec<_> =
        program.scripts.iter().map(|_| Arc::new(Bell(AtomicBool::new(true)))).collect();
    perform(program, &bells, &mut dice);
    assert!(bells.iter().all(|bell| Arc::strong_count(bell) == 1), "a waker was leaked");
}

fn perform(program: &Program, bells: &[Arc<Bell>], dice: &mut Dice) {
    let world = World::new(program, ENGINE);
    let scripts = program.scripts.iter().zip(bells).enumerate();
    let mut tasks: Vec<_> = scripts
        .map(|(who, (script, bell))| Task { future: Box::pin(world.perform(who, script)), bell })
        .collect();
    for _ in 0..program.rounds() {
        run_woken(&mut tasks, dice);
        world.check_idle();
        if tasks.is_empty() {
            return world.check_end();
        }
        world.wind_up();
    }
    panic!("somebody waits for ever");
}

/// Polls until nobody is woken any more.
fn run_woken(tasks: &mut Vec<Task<'_>>, dice: &mut Dice) {
    for _ in 0..POLLS {
        let is_woken = |place: &usize| tasks[*place].bell.0.load(Ordering::Relaxed);
        let woken: Vec<_> = (0..tasks.len()).filter(is_woken).collect();
        if woken.is_empty() {
            return;
        }
        let place = if dice.one_in(8) { dice.roll(tasks.len()) } else { dice.pick(&woken) };
        let Task { future, bell } = &mut tasks[place];
        bell.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(bell));
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(tasks.swap_remove(place));
        }
    }
    panic!("they wake each other for ever");
}

#[test]
fn eight_tasks() {
    each_seed(20_000, |seed| run(&Program::random(seed, 8, 12), Dice::new(!seed)));
}

/// More than are woken in one batch.
#[test]
fn eighty_tasks() {
    each_seed(500, |seed| run(&Program::random(seed, 80, 12), Dice::new(!seed)));
}
