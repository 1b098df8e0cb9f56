//! Monitors from the literature, each written twice: with declared conditions, which nobody notifies,
//! and with explicit ones. Both do the same, on both of tokio's runtimes.

mod alarm_clock;
mod barber;
mod bathroom;
mod bridge;
mod buffer;
mod elevator;
mod philosophers;
mod readers_writers;
mod smokers;
mod water;

use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Nothing here takes as long as this, unless it hangs.
const FOR_EVER: Duration = Duration::from_secs(90);

/// What comes of a run, on each runtime.
fn on_each_runtime<R, F>(run: impl Fn() -> F) -> [R; 2]
where
    F: Future<Output = R>,
{
    [Builder::new_current_thread(), Builder::new_multi_thread()].map(|mut builder| {
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let outcome = runtime.block_on(async { tokio::time::timeout(FOR_EVER, run()).await });
        outcome.expect("it hangs")
    })
}

/// Both forms of a monitor come to the expected end.
fn both<R, D, E>(declared: impl Fn() -> D, explicit: impl Fn() -> E, expected: &R)
where
    R: PartialEq + Debug,
    D: Future<Output = R>,
    E: Future<Output = R>,
{
    for outcome in on_each_runtime(declared).iter().chain(&on_each_runtime(explicit)) {
        assert_eq!(outcome, expected);
    }
}

/// Runs all of these tasks to their ends.
async fn all<R: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = R> + Send + 'static>,
) -> Vec<R> {
    tasks.into_iter().collect::<JoinSet<R>>().join_all().await
}

#[test]
fn the_declared_ones_notify_nobody() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("monitors");
    let mut monitors = 0;
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let (declared, explicit) = text.split_once("// === explicit ===").unwrap();
        assert!(declared.contains("when =") && !declared.contains("notify"), "{declared}");
        assert!(explicit.contains("notify") && !explicit.contains("when ="), "{explicit}");
        monitors += 1;
    }
    assert_eq!(monitors, 10);
}
