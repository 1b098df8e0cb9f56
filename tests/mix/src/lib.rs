//! Random programs, and what has to hold whatever they do.
//!
//! A [`Program`] is made of a seed. It says what each of several tasks does to a [`World`], which
//! has one of each primitive: they acquire in every way there is, wait and notify, give up after any
//! number of polls or at the very moment they are woken, set futures aside and come back to them,
//! wait for two things at once, change their wakers from poll to poll, unwind with what they hold,
//! and are dropped where they stand. The world checks, all the time or whenever nobody can go on,
//!
//! - that one has the lock, and sees what the one before wrote;
//! - that no more permits are held than there are, and that none are lost or made;
//! - that nobody is passed by a task that came when it was in line already;
//! - that nobody waits for what is there: a lock, permits, a token that a condition is for, an event
//!   that was set, a round of the barrier that has ended;
//! - that the positions of a barrier's round are all different;
//!
//! and then winds the program up, so that whoever waits still can go on, until all have ended.
//!
//! Engines run these programs:
//!
//! | engine | what it interleaves | command |
//! |---|---|---|
//! | `polls` | polls, on one thread | `cargo test -p underlock-mix` |
//! | `shuttle` | atomic operations, with Shuttle | `cargo test --release -p underlock-mix-shuttle` |
//! | `threads` | threads as they come, for sanitizers to watch | `tests/sanitizers.sh` |
//! | tokio | tasks of both runtimes, some aborted | `cargo test -p underlock-tests runtimes::mix` |
//!
//! For the first two `UNDERLOCK_SEEDS=1000000` asks for as many programs, and a program that fails
//! prints its seed, which with `UNDERLOCK_SEED` runs it again, the same to the last step. For the
//! others `UNDERLOCK_OPERATIONS` asks for as many operations.
//!
//! # What it takes for them to fail
//!
//! Primitives made wrong on purpose, and the number of the first program for eight tasks that
//! failed on `polls`, and on `shuttle`. Of those `polls` runs thousands a second on two cores, and
//! `shuttle` hundreds, in eight schedules each, so none took more than a second to be found.
//!
//! | what is wrong | `polls` | `shuttle` |
//! |---|---|---|
//! | a cancelled acquire keeps the lock it was granted | 1 | 1 |
//! | a cancelled wait keeps its notification | 113 | 98 |
//! | a cancelled wait that was woken wakes nobody in its place | 35 | 98 |
//! | a cancelled acquire keeps its permits | 3 | 4 |
//! | a cancelled party has arrived | 3 | 3 |
//! | a release grants to the second in line | 1 | 1 |
//! | a release leaves the lock free for who comes first | 1 | 1 |
//! | permits go to the second in line | 3 | 11 |
//! | a line is last in, first out | 1 | 1 |
//! | a second waker of a release is not woken | 1 | 1 |
//! | waiters that queue are not counted, so a release does not look for them | 86 | 12 |
//! | a release with nobody in line but notified waiters wakes none | 2 | 2 |
//! | a waiter that was notified with all others and has run may be passed | 30 | 29 |
//! | a new waker does not replace the one before | 1 | 1 |
//! | the waker of a cancelled acquire is leaked | 4 | |
//! | two of a barrier's positions are the same | 2 | 2 |
//! | setting an event wakes one | 2 | 4 |
//! | setting an event wakes one batch | 11, of eighty tasks | 5 |
//! | a round of the barrier tells the parties of the one before once more | | 48 |
//! | no lock is taken over from a future that was set aside | 1 | 1 |
//! | no permits are | 2 | 2 |
//! | permits that are taken over and not enough are lost | 3 | 7 |
//! | what is left of permits that are taken over is lost | 4 | 2 |
//! | a waiter queues without looking whether the event was set meanwhile | | 5 |
//! | a waiter queues without looking whether the lock was released meanwhile | 30 | 2 |
//! | a waiter that takes free permits takes what is left of them too | | 2 |
//! | permits are taken by a load and a store | | 2 |
//! | the queue's internal lock does not exclude | | 1 |
//!
//! Not found here: a woken waiter that finds the lock taken and goes to the end of the line
//! (`cancellation::waits` in `underlock-tests` finds it), and whatever takes weak memory to show,
//! which the loom models and `tests/sanitizers.sh` find.

mod dice;
mod line;
mod program;
mod relay;
mod task;
mod world;

use std::env;

pub use dice::Dice;
pub use program::{Program, Script};
pub use world::{Engine, World};

/// Runs so many programs, or those that the environment asks for: `UNDERLOCK_SEEDS` says how many,
/// `UNDERLOCK_SEED` names a single one. The seed of a program that fails is printed.
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
