//! Side-by-side benchmarks against the peers. See `README.md`.

#![deny(unsafe_code)]

#[expect(unsafe_code, reason = "an allocator")]
mod allocations;
mod chart;
mod hand;
mod peers;
mod report;
mod results;
mod runner;
mod scenarios;
mod suite;
mod table;
mod targets;
mod tasks;
mod traits;

use std::error::Error;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::results::{Mark, Results};
use crate::runner::Effort;
use crate::suite::{Choice, Suite};

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
    #[command(flatten)]
    choice: Choice,
    /// How many rounds each peer runs
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Short batches: a smoke test, not for figures
    #[arg(long)]
    quick: bool,
    /// Write the figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw the figures of a run: peers.svg, scaling.svg and a table
    Chart {
        /// A file written by --json
        results: PathBuf,
        /// The folder for the charts and table.md
        folder: PathBuf,
        /// Replace the table in this Markdown page instead of writing table.md
        #[arg(long)]
        page: Option<PathBuf>,
    },
    /// Print sizes, and heap allocations and instructions per operation
    Report(Choice),
    /// Run one batch of one scenario: used by `report` to count instructions
    #[command(hide = true)]
    Once { scenario: String, peer: String, times: u64 },
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let suite = peers::all();
    match arguments.command {
        None => run(&suite, &arguments.run),
        Some(Command::Chart { results, folder, page }) => {
            let results: Results = serde_json::from_reader(File::open(results)?)?;
            chart::draw(&results, &folder)?;
            let table = table::markdown(&results);
            let Some(page) = page else { return Ok(fs::write(folder.join("table.md"), table)?) };
            let text = table::replace(&fs::read_to_string(&page)?, &table)
                .ok_or("the page has no markers for the table")?;
            Ok(fs::write(page, text)?)
        }
        Some(Command::Report(choice)) => report::print(&suite, &choice),
        Some(Command::Once { scenario, peer, times }) => {
            report::once(&suite, &scenario, &peer, times)
        }
    }
}

fn run(suite: &Suite, arguments: &Run) -> Result<(), Box<dyn Error>> {
    let scenarios = suite.choose(&arguments.choice)?;
    let batch = Duration::from_millis(if arguments.quick { 1 } else { 12 });
    let effort = Effort { rounds: arguments.rounds.max(1), batch };
    let mut results = Results::here();
    println!("{}\n\n{}", results.machine, Mark::LEGEND);
    for (_, cases) in scenarios {
        let rows = runner::run(&cases, effort);
        results::print(&rows);
        results.rows.extend(rows);
    }
    println!("\n{}", results.versions());
    if let Some(path) = &arguments.json {
        serde_json::to_writer_pretty(File::create(path)?, &results)?;
    }
    Ok(())
}
