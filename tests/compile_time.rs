//! What the macros cost at compile time: two equivalent crates, one with `#[guarded]` and
//! `sync_block!`, one written by hand with `tokio::sync::Mutex`, checked alternately.
//!
//! ```text
//! cargo run --release -p underlock-tests --bin compile-time
//! ```

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;

/// Checks a crate with the macros and the same crate written by hand, and compares the times.
#[derive(Parser)]
struct Options {
    /// How many structs each crate has; five blocks go with each.
    #[arg(long, default_value_t = 200)]
    structs: usize,
    /// How often each is checked.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

const WITH_MACROS: &str = r"
#[guarded]
pub struct Store{N} {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u64>,
    #[guarded(lock)]
    total: u64,
    #[guarded(lock)]
    name: Option<String>,
    #[condition(lock)]
    added: Condition,
    limit: usize,
}

impl Store{N} {
    pub fn new(limit: usize) -> Self {
        Store{N} {
            lock: Lock::new(Store{N}Lock { items: Vec::new(), total: 0, name: None }),
            added: Condition::shared(),
            limit,
        }
    }

    pub async fn push(&self, item: u64) -> bool {
        sync_block!(state = self.lock, {
            if state.items.len() == self.limit {
                return false;
            }
            state.items.push(item);
            state.total += item;
            state.notify_one(&self.added);
            true
        })
    }

    pub async fn pop(&self) -> Option<u64> {
        sync_block!(state = self.lock, {
            let item = state.items.pop()?;
            state.total -= item;
            Some(item)
        })
    }

    pub async fn next(&self) -> u64 {
        sync_block!(state = self.lock, {
            loop {
                if let Some(item) = state.items.pop() {
                    break item;
                }
                state = state.wait(&self.added).await;
            }
        })
    }

    pub async fn rename(&self, name: &str) -> Option<String> {
        sync_block!(state = self.lock, { state.name.replace(name.to_owned()) })
    }

    pub async fn mean(&self) -> u64 {
        sync_block!(state = self.lock, {
            match state.items.len() as u64 {
                0 => 0,
                count => state.total / count,
            }
        })
    }
}
";

const BY_HAND: &str = r"
pub struct Store{N}State {
    items: Vec<u64>,
    total: u64,
    name: Option<String>,
}

pub struct Store{N} {
    lock: Mutex<Store{N}State>,
    added: Notify,
    limit: usize,
}

impl Store{N} {
    pub fn new(limit: usize) -> Self {
        Store{N} {
            lock: Mutex::new(Store{N}State { items: Vec::new(), total: 0, name: None }),
            added: Notify::new(),
            limit,
        }
    }

    pub async fn push(&self, item: u64) -> bool {
        let mut state = self.lock.lock().await;
        if state.items.len() == self.limit {
            return false;
        }
        state.items.push(item);
        state.total += item;
        self.added.notify_one();
        true
    }

    pub async fn pop(&self) -> Option<u64> {
        let mut state = self.lock.lock().await;
        let item = state.items.pop()?;
        state.total -= item;
        Some(item)
    }

    pub async fn next(&self) -> u64 {
        loop {
            let added = self.added.notified();
            let mut state = self.lock.lock().await;
            if let Some(item) = state.items.pop() {
                break item;
            }
            drop(state);
            added.await;
        }
    }

    pub async fn rename(&self, name: &str) -> Option<String> {
        let mut state = self.lock.lock().await;
        state.name.replace(name.to_owned())
    }

    pub async fn mean(&self) -> u64 {
        let state = self.lock.lock().await;
        match state.items.len() as u64 {
            0 => 0,
            count => state.total / count,
        }
    }
}
";

/// A generated crate.
struct Package {
    folder: PathBuf,
    source: String,
}

impl Package {
    fn new(name: &str, dependency: &str, imports: &str, item: &str, structs: usize) -> Self {
        let folder = folder().join(name);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             {dependency}\n"
        );
        let mut source = format!("#![allow(missing_docs, reason = \"measured\")]\n{imports}\n");
        for number in 0..structs {
            source.push_str(&item.replace("{N}", &number.to_string()));
        }
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::copy(here("../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Package { folder, source }
    }

    /// The time to check the crate after a change.
    fn check(&self, round: usize, incremental: bool) -> Duration {
        let mut source = self.source.clone();
        writeln!(source, "pub const ROUND: usize = {round};").unwrap();
        fs::write(self.folder.join("src/lib.rs"), source).unwrap();
        let start = Instant::now();
        let checked = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", folder().join("target"))
            .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
            .status()
            .expect("cargo runs");
        assert!(checked.success(), "{} compiles", self.folder.display());
        start.elapsed()
    }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn folder() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| here("../target"), PathBuf::from);
    target.join("compile-time")
}

fn main() {
    let options = Options::parse();
    let with_macros = Package::new(
        "with-macros",
        &format!("underlock = {{ path = '{}' }}", here("../primitives").display()),
        "use underlock::{Condition, Lock, guarded, sync_block};",
        WITH_MACROS,
        options.structs,
    );
    let by_hand = Package::new(
        "by-hand",
        "tokio = { version = \"1\", default-features = false, features = [\"sync\"] }",
        "use tokio::sync::{Mutex, Notify};",
        BY_HAND,
        options.structs,
    );
    println!("{} structs, {} blocks", options.structs, 5 * options.structs);
    for (incremental, what) in [(false, "from scratch"), (true, "after a change (incremental)")] {
        // Builds dependencies and incremental caches first.
        with_macros.check(0, incremental);
        by_hand.check(0, incremental);
        let mut rounds: Vec<(Duration, Duration)> = (1..=options.rounds)
            .map(|round| (with_macros.check(round, incremental), by_hand.check(round, incremental)))
            .collect();
        rounds.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
        let (Some(least), Some(most)) = (rounds.first(), rounds.last()) else { return };
        let median = &rounds[rounds.len() / 2];
        println!(
            "{what}: {:.2} s with the macros, {:.2} s by hand; {:.2} times as long \
             ({:.2} to {:.2})",
            median.0.as_secs_f64(),
            median.1.as_secs_f64(),
            ratio(median),
            ratio(least),
            ratio(most),
        );
    }
}

fn ratio((with_macros, by_hand): &(Duration, Duration)) -> f64 {
    with_macros.as_secs_f64() / by_hand.as_secs_f64()
}
