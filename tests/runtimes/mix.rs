//! The programs of `tests/mix` as tasks of a runtime, some of which are aborted; and a crowd.

use std::env;
use std::sync::Arc;

use mix::{Dice, Engine, Program, World};
use tokio::task::{JoinHandle, yield_now};
use underlock::{Condition, Event, Semaphore};

use super::{finished, runtimes};

const ENGINE: Engine = Engine { observes: false, blocks: false };

/// Returns the number of operations performed.
async fn run(program: Program, mut dice: Dice) -> usize {
    let world = Arc::new(World::new(&program, ENGINE));
    let program = Arc::new(program);
    let tasks: Vec<_> = (0..program.scripts.len())
        .map(|who| {
            let (world, program) = (Arc::clone(&world), Arc::clone(&program));
            tokio::spawn(async move { world.perform(who, &program.scripts[who]).await })
        })
        .collect();
    // A runtime doesn't tell whether any task is runnable, so programs are wound up all the time.
    while !tasks.iter().all(JoinHandle::is_finished) {
        for _ in 0..dice.roll(50) {
            yield_now().await;
        }
        world.wind_up();
        if dice.one_in(100) {
            tasks[dice.roll(tasks.len())].abort();
        }
    }
    for task in tasks {
        finished(task).await;
    }
    world.check_end();
    world.performed()
}

/// Half of them on each runtime. `UNDERLOCK_OPERATIONS` sets another number.
#[test]
fn a_million_operations() {
    let operations = env::var("UNDERLOCK_OPERATIONS").map_or(1_000_000, |n| n.parse().unwrap());
    for runtime in runtimes() {
        runtime.block_on(async {
            let (mut seed, mut performed) = (0, 0);
            while performed < operations / 2 {
                seed += 1;
                performed += run(Program::random(seed, 8, 400), Dice::new(seed)).await;
            }
        });
    }
}

/// Many tasks that acquire in turn and wait together, every other of which is aborted.
#[test]
fn a_hundred_thousand_tasks() {
    const CROWD: usize = 100_000;

    for runtime in runtimes() {
        runtime.block_on(async {
            let event = Arc::new(Event::new());
            let permits = Arc::new(Semaphore::new(0));
            let count = Arc::new(Condition::new(0));
            let tasks: Vec<_> = (0..CROWD)
                .map(|_| {
                    let (event, permits, count) = (event.clone(), permits.clone(), count.clone());
                    tokio::spawn(async move {
                        event.wait().await;
                        permits.acquire().await.forget();
                        let mut count = count.acquire().await;
                        *count += 1;
                        if *count == CROWD / 2 {
                            count.notify_all();
                        }
                        count.wait_for(|count| *count >= CROWD / 2).await.release();
                    })
                })
                .collect();
            event.set();
            tasks.iter().step_by(2).for_each(JoinHandle::abort);
            let mut aborted = 0;
            let mut left = Vec::new();
            for (place, task) in tasks.into_iter().enumerate() {
                if place % 2 == 0 {
                    // A quick one has finished already.
                    aborted += usize::from(finished(task).await.is_none());
                } else {
                    left.push(task);
                }
            }
            permits.release_many(CROWD);
            for task in left {
                finished(task).await.expect("it was not aborted");
            }
            assert_eq!(permits.available_permits(), aborted);
            assert_eq!(format!("{event:?}"), "Event { set: true, waiters: 0 }");
            assert_eq!(format!("{count:?}"), "Condition { locked: false, waiters: 0 }");
        });
    }
}
