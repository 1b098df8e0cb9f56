//! Random programs, and the invariants that have to hold whatever they do.
//!
//! A [`Program`] is generated from a seed. It says what each of several tasks does to a [`World`],
//! which has one of each primitive: tasks acquire in every way there is, wait and notify, cancel
//! after any number of polls or right when they are woken, stop polling futures and resume them,
//! wait for two things concurrently, change their wakers from poll to poll, unwind while holding
//! guards, and are dropped in any state. The world checks, all the time or whenever no task is
//! runnable:
//!
//! - mutual exclusion, and that each holder of a lock sees the writes of the previous one;
//! - that no more permits are held than exist, and that none are lost or created;
//! - FIFO order: no task is overtaken by one that arrived when it was queued already;
//! - no lost wake-up: no task waits for a free lock, free permits, a token that a condition stands
//!   for, an event that was set, or a round of the barrier that has ended;
//! - that the positions of a barrier's round are distinct;
//!
//! and finally winds the program up, so that every waiting task completes.
//!
//! Engines run these programs:
//!
//! | engine | what it interleaves | command |
//! |---|---|---|
//! | `polls` | polls, on one thread | `cargo test -p underlock-mix` |
//! | `shuttle` | atomic operations, with Shuttle | `cargo test --release -p underlock-mix-shuttle` |
//! | `threads` | preemptive threads, for sanitizers to watch | `tests/sanitizers.sh` |
//! | tokio | tasks of both runtimes, some aborted | `cargo test -p underlock-tests runtimes::mix` |
//!
//! For the first two `UNDERLOCK_SEEDS=1000000` sets the number of programs. A program that fails
//! prints its seed; `UNDERLOCK_SEED` replays it, step by step. For the others
//! `UNDERLOCK_OPERATIONS` sets the number of operations.
//!
//! # Detection of seeded faults
//!
//! Seeded faults, and the number of the first program for eight tasks that failed on `polls`, and
//! on `shuttle`. `polls` runs thousands of programs a second on two cores, and `shuttle` hundreds,
//! in eight schedules each, so each fault was detected within a second.
//!
//! | fault | `polls` | `shuttle` |
//! |---|---|---|
//! | the grant of a cancelled acquire is not passed on | 1 | 1 |
//! | the notification of a cancelled wait is not passed on | 113 | 98 |
//! | a cancelled wait that was woken wakes no other | 35 | 98 |
//! | the permits of a cancelled acquire are lost | 3 | 4 |
//! | a cancelled party counts as arrived | 3 | 3 |
//! | a release grants the lock to the second waiter | 1 | 1 |
//! | a release leaves the lock free and can be barged | 1 | 1 |
//! | permits are granted to the second waiter | 3 | 11 |
//! | the queue is LIFO | 1 | 1 |
//! | the second waker of a release is not woken | 1 | 1 |
//! | queued waiters are not counted, so a release ignores them | 86 | 12 |
//! | a release that finds only notified waiters wakes none | 2 | 2 |
//! | a waiter notified by `notify_all` can still be barged once it has been polled | 30 | 29 |
//! | a new waker does not replace the old one | 1 | 1 |
//! | the waker of a cancelled acquire is leaked | 4 | |
//! | two parties of a barrier have the same position | 2 | 2 |
//! | setting an event wakes only one waiter | 2 | 4 |
//! | setting an event wakes only one batch | 11, of eighty tasks | 5 |
//! | the outcome of a barrier's round overwrites that of the round before | | 48 |
//! | no take-over of locks (futurelock) | 1 | 1 |
//! | no take-over of permits (futurelock) | 2 | 2 |
//! | permits taken over that do not suffice are lost | 3 | 7 |
//! | the remainder of a take-over is lost | 4 | 2 |
//! | a waiter queues without checking the event again | | 5 |
//! | a waiter queues without checking the lock again | 30 | 2 |
//! | an acquire takes all free permits | | 2 |
//! | permits are taken by a load and a store | | 2 |
//! | the queue's internal lock does not exclude | | 1 |
//!
//! Not detected here: a woken waiter that finds the lock taken and is requeued at the end
//! (`cancellation::waits` in `underlock-tests` detects it), and reorderings of weak memory, for
//! which there are the loom models and `tests/sanitizers.sh`.

mod dice;
mod program;
mod queue;
mod relay;
mod task;
mod world;

use std::env;

pub use dice::Dice;
pub use program::{Program, Script};
pub use world::{Engine, World};

/// Runs `count` programs, or as the environment says: `UNDERLOCK_SEEDS` sets their number,
/// `UNDERLOCK_SEED` selects a single one. Prints the seed of a program that fails.
///
/// # Panics
///
/// Panics if a program fails.
pub fn each_seed(programs: u64, run: impl Fn(u64)) {
    struct Failed(u64);

    impl Drop for Failed {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("UNDERLOCK_SEED={} runs the program that failed", self.0);
            }
        }
    }

    let number = |name| env::var(name).ok().map(|value| value.parse().expect("a number"));
    let seeds = match number("UNDERLOCK_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=number("UNDERLOCK_SEEDS").unwrap_or(programs),
    };
    for seed in seeds {
        let failed = Failed(seed);
        run(seed);
        std::mem::forget(failed);
    }
}
