//! Side-by-side benchmarks against the peers.

mod hand;
mod peers;
mod runner;
mod scenarios;
mod suite;
mod tasks;
mod traits;

use std::time::Duration;

use clap::Parser;

use crate::runner::{Effort, Row};
use crate::suite::Order;

/// Runs underlock and its peers side by side.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only scenarios whose names begin with this
    #[arg(long, default_value = "")]
    scenario: String,
    /// Only these peers, and tokio
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// How often each peer has its turn
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Batches of 1 ms instead of 12: to see that it works, not for figures
    #[arg(long)]
    quick: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let batch = Duration::from_millis(if arguments.quick { 1 } else { 12 });
    let effort = Effort { rounds: arguments.rounds, batch };
    runner::run(&peers::all(), &arguments.scenario, &arguments.peers, effort, print);
}

fn print(rows: &[Row]) {
    println!("{}", rows[0].scenario);
    for Row { peer, nanoseconds, ratio, .. } in rows {
        let mark = match peer.order {
            Order::Fifo if peer.cancel_safe => ' ',
            Order::Fifo => '!',
            Order::Barging => '>',
            Order::Bound => '-',
        };
        println!(
            "{mark} {:<26} {:>8.2} [{:.2}–{:.2}] {:>10.1} ns",
            peer.name, ratio.median, ratio.min, ratio.max, nanoseconds.median
        );
    }
}
