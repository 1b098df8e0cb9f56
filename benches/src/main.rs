//! Side-by-side benchmarks against the peers. See `README.md`.

mod allocations;
mod chart;
mod hand;
mod peers;
mod report;
mod results;
mod runner;
mod scenarios;
mod suite;
mod targets;
mod tasks;
mod traits;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::results::{Mark, Results};
use crate::runner::Effort;
use crate::suite::Suite;

/// Runs underlock and its peers side by side
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(flatten)]
    run: Run,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct Run {
    /// Only scenarios whose names begin with this
    #[arg(long, default_value = "")]
    scenario: String,
    /// Only these peers, and tokio
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// How often each peer has its turn
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Short batches: to see that it works, not for figures
    #[arg(long)]
    quick: bool,
    /// Write the figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw the figures of a run: peers.svg and scaling.svg
    Chart {
        /// What --json wrote
        results: PathBuf,
        /// Where the charts go
        folder: PathBuf,
    },
    /// Print sizes, and heap allocations and instructions per operation
    Report {
        /// Only scenarios whose names begin with this
        #[arg(long, default_value = "")]
        scenario: String,
        /// Only these peers
        #[arg(long, value_delimiter = ',')]
        peers: Vec<String>,
    },
    /// Do one batch of one scenario: what `report` runs to count instructions
    #[command(hide = true)]
    Once { scenario: String, peer: String, times: u64 },
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    match arguments.command {
        None => run(&arguments.run),
        Some(Command::Chart { results, folder }) => {
            let results: Results = serde_json::from_reader(std::fs::File::open(results)?)?;
            chart::draw(&results, &folder)
        }
        Some(Command::Report { scenario, peers }) => {
            report::print(&suite(&peers)?, &scenario, &peers)
        }
        Some(Command::Once { scenario, peer, times }) => {
            report::once(&peers::all(), &scenario, &peer, times)
        }
    }
}

fn run(arguments: &Run) -> Result<(), Box<dyn Error>> {
    let suite = suite(&arguments.peers)?;
    let batch = Duration::from_millis(if arguments.quick { 1 } else { 12 });
    let effort = Effort { rounds: arguments.rounds.max(1), batch };
    let mut results = Results::here();
    println!("{}\n\n{}", results.machine, Mark::LEGEND);
    runner::run(&suite, &arguments.scenario, &arguments.peers, effort, |rows| {
        results::print(&rows);
        results.rows.extend(rows);
    });
    if results.rows.is_empty() {
        return Err(format!("no scenario begins with {}", arguments.scenario).into());
    }
    println!("\n{}", results.versions());
    if let Some(path) = &arguments.json {
        std::fs::write(path, serde_json::to_string_pretty(&results)?)?;
    }
    Ok(())
}

/// All cases, if there are peers of these names.
fn suite(peers: &[String]) -> Result<Suite, Box<dyn Error>> {
    let suite = peers::all();
    let names = suite.peers();
    match peers.iter().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{name} is none of the peers: {}", names.join(", ")).into()),
        None => Ok(suite),
    }
}
