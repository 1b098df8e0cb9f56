//! Programs unlike the other tests: written by macros, with names bound anew, in spawned tasks.

use std::sync::Arc;

use underlock::{Condition, Lock, LockMap, Semaphore, guarded, sync_block};

use super::{Channel, LIMIT};
use crate::support::at_once;

macro_rules! gate {
    ($least:expr, $places:expr) => {
        #[guarded]
        struct Gate {
            lock: Lock,
            #[guarded(lock)]
            passed: [u8; 2 * $places],
            #[guarded(lock)]
            waiting: usize,
            #[condition(lock, when = |state| state.waiting >= 2 * $least)]
            crowded: Condition,
        }
    };
}

/// What a macro passes on in one piece stays in one piece.
#[test]
fn macros_pass_expressions_on() {
    gate!(1 + 2, 3 + 4);
    let lock = Lock::new(GateLock { passed: [0; 14], waiting: 4 });
    let gate = Gate { lock, crowded: Condition::shared() };
    assert!(at_once(gate.lock.when(&gate.crowded).now().into_future()).is_err());
    gate.lock.try_acquire().expect("free").waiting = 6;
    assert_eq!(at_once(gate.lock.when(&gate.crowded).into_future()).passed.len(), 14);
}

/// An inner name may be that of the state.
#[test]
fn names_of_the_state_are_bound_again() {
    struct Job {
        name: &'static str,
    }

    #[guarded]
    struct Jobs {
        lock: Lock,
        #[guarded(lock)]
        jobs: Vec<Job>,
        #[condition(lock, when = |state| state.jobs.iter().any(|state| state.name.is_empty()))]
        unnamed: Condition,
        name: &'static str,
    }

    let lock = Lock::new(JobsLock { jobs: vec![Job { name: "" }] });
    let jobs = Jobs { lock, unnamed: Condition::shared(), name: "jobs" };
    assert_eq!(at_once(jobs.lock.when(&jobs.unnamed).into_future()).jobs.len(), 1);
    assert_eq!(jobs.name, "jobs");
}

#[tokio::test]
async fn waits_with_a_limit_can_be_spawned() {
    let channel = Arc::new(Channel::new(1));
    let receiver = tokio::spawn({
        let channel = Arc::clone(&channel);
        async move {
            sync_block!(state = channel.lock.when(&channel.not_empty).within(LIMIT), {
                state.items.pop_front()
            })
        }
    });
    channel.send(1).await;
    assert_eq!(receiver.await.unwrap(), Ok(Some(1)));
    let by_hand = tokio::spawn(async move {
        let guard = channel.lock.when(&channel.not_full).within(LIMIT).await.unwrap();
        guard.items.len()
    });
    assert_eq!(by_hand.await.unwrap(), 0);
}

#[tokio::test]
async fn keys_and_permits_within_a_limit_can_be_spawned() {
    let keys = Arc::new(LockMap::<u32, u32>::new());
    let slots = Arc::new(Semaphore::new(6));
    let task = tokio::spawn(async move {
        let key = 7;
        sync_block!(value = keys.key(&key).within(LIMIT), { *value += 1 }).unwrap();
        sync_block!(_permits = slots.many(3).within(LIMIT), { slots.available_permits() })
    });
    assert_eq!(task.await.unwrap(), Ok(3));
}

#[test]
fn macros_pass_numbers_of_permits_on() {
    macro_rules! left {
        ($semaphore:expr, $half:expr) => {
            at_once(async {
                sync_block!(_permits = $semaphore.many(2 * $half), {
                    $semaphore.available_permits()
                })
            })
        };
    }
    let slots = Semaphore::new(6);
    assert_eq!(left!(&slots, 1 + 2), 0);
}
