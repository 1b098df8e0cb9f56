//! Mixes

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
