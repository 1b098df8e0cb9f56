//! A computation in phases: heat spreads along a rod, each worker computes a part of it, and no
//! worker begins a step before all have finished the one before. A worker is cancelled while it
//! waits at the barrier, which takes its arrival back; a replacement continues in its place.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use underlock::{Barrier, Lock};

const WORKERS: usize = 3;
const PART: usize = 10;
const STEPS: usize = 20;

/// The workers' shared state. Steps read one of the rods and write the other, alternately.
#[derive(Debug)]
struct Heat {
    rods: [Lock<Vec<f64>>; 2],
    step_done: Barrier,
}

/// The temperatures of a part after one step.
fn spread(rod: &[f64], part: usize) -> Vec<f64> {
    let at = |place: usize| rod[place.min(rod.len() - 1)];
    let mean = |place: usize| (at(place.saturating_sub(1)) + at(place) + at(place + 1)) / 3.0;
    (part * PART..(part + 1) * PART).map(mean).collect()
}

async fn work(heat: Arc<Heat>, part: usize, from_step: usize) {
    for step in from_step..STEPS {
        let next = spread(&heat.rods[step % 2].acquire().await, part);
        heat.rods[(step + 1) % 2].acquire().await[part * PART..][..PART].copy_from_slice(&next);

        let position = heat.step_done.wait().await.expect("this barrier is never broken");
        if position.is_leader() && step % 5 == 4 {
            println!("step {} is done", step + 1);
        }
    }
}

#[tokio::main]
async fn main() {
    let mut rod = vec![0.0; WORKERS * PART];
    rod[0] = 1000.0;
    let heat = Arc::new(Heat {
        rods: [Lock::new(rod.clone()), Lock::new(rod.clone())],
        step_done: Barrier::new(WORKERS),
    });

    // The first worker does its part of the first step, and is cancelled as it waits.
    let cancelled = tokio::spawn(work(Arc::clone(&heat), 0, 0));
    while heat.step_done.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    cancelled.abort();
    assert!(cancelled.await.is_err_and(|error| error.is_cancelled()));
    assert_eq!(heat.step_done.waiting(), 0);
    println!("cancelled a worker: {:?}", heat.step_done);

    // The others would wait for ever; the replacement repeats the step.
    let workers: Vec<_> =
        (0..WORKERS).map(|part| tokio::spawn(work(Arc::clone(&heat), part, 0))).collect();
    for worker in workers {
        let ended = timeout(Duration::from_secs(5), worker).await.expect("no worker hangs");
        ended.expect("no worker panics");
    }

    for _ in 0..STEPS {
        rod = (0..WORKERS).flat_map(|part| spread(&rod, part)).collect();
    }
    assert_eq!(*heat.rods[STEPS % 2].acquire().await, rod);
    println!("{STEPS} steps by {WORKERS} workers, as one alone would have done them");
}
