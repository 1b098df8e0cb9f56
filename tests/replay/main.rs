//! Replays files of recorded asyncio runs and reports differences.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use serde_json::json;
use underlock_tests::{Api, Failure, Order, Replay, Scenario, Settle, load};

/// How many random orders `--all-orders` tries.
const RANDOM_ORDERS: u64 = 8;

/// Replays recorded asyncio runs on `underlock`. Prints each difference as JSON, and finally the
/// numbers of scenarios that passed and failed.
#[derive(Debug, Parser)]
struct Args {
    /// Scenarios, one a line, as JSON; may be gzipped
    #[arg(required = true, value_name = "FILE.jsonl[.gz]")]
    files: Vec<PathBuf>,

    /// The order in which woken futures are polled
    #[arg(long, value_enum, default_value_t = Order::Fifo)]
    order: Order,

    /// What the random order is derived from
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// First in first out, last in first out, and several random orders
    #[arg(long, conflicts_with = "order")]
    all_orders: bool,

    /// Which of the equivalent functions are called
    #[arg(long, value_enum, default_value_t = Api::Borrowed)]
    api: Api,

    /// Which futures are polled at the end of a step
    #[arg(long, value_enum, default_value_t = Settle::All)]
    settle: Settle,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut scenarios = Vec::new();
    for file in &args.files {
        match load(file) {
            Ok(more) => scenarios.extend(more),
            Err(error) => {
                eprintln!("replay: {error}");
                return ExitCode::from(2);
            }
        }
    }
    // Panics in a scenario are reported with it.
    std::panic::set_hook(Box::new(|_| ()));
    match report(&args.replays(), &scenarios, &mut std::io::stdout().lock()) {
        Ok(failed) => ExitCode::from(u8::from(failed > 0)),
        Err(error) => {
            eprintln!("replay: the report can't be written: {error}");
            ExitCode::from(2)
        }
    }
}

/// Replays all scenarios and returns how many failed.
fn report(
    replays: &[Replay],
    scenarios: &[Scenario],
    out: &mut impl Write,
) -> std::io::Result<usize> {
    let mut failed = 0;
    for scenario in scenarios {
        if let Some(report) = first_failure(replays, scenario) {
            failed += 1;
            writeln!(out, "{}", json!(report))?;
        }
    }
    writeln!(out, "{} passed, {failed} failed", scenarios.len() - failed)?;
    Ok(failed)
}

impl Args {
    fn replays(&self) -> Vec<Replay> {
        let replay = |order, seed| Replay { order, seed, api: self.api, settle: self.settle };
        if !self.all_orders {
            return vec![replay(self.order, self.seed)];
        }
        let random = (0..RANDOM_ORDERS).map(|n| replay(Order::Random, self.seed.wrapping_add(n)));
        [Order::Fifo, Order::Lifo]
            .into_iter()
            .map(|order| replay(order, self.seed))
            .chain(random)
            .collect()
    }
}

fn first_failure(replays: &[Replay], scenario: &Scenario) -> Option<Report> {
    replays.iter().find_map(|replay| {
        let failure = replay.run(scenario).err()?;
        let seed = (replay.order == Order::Random).then_some(replay.seed);
        Some(Report { order: replay.order, seed, failure })
    })
}

/// A failure, and the order of polling that shows it.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    failure: Box<Failure>,
    order: Order,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}
