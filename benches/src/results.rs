//! The results of a run: rows of figures, printed as a table and stored to draw from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::suite::{Order, Peer};
use crate::targets::{self, Share};

/// All figures of one run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Results {
    /// The machine, as far as known.
    pub(crate) machine: String,
    pub(crate) rows: Vec<Row>,
}

/// A peer's figures in a scenario.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) peer: String,
    pub(crate) version: Option<String>,
    pub(crate) mark: Mark,
    pub(crate) figures: Figures,
}

/// A peer's guarantees, as the table marks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// FIFO, and cancel-safe.
    Same,
    /// Allows barging.
    Barging,
    /// FIFO, but cancelling a waiter may harm others.
    NotCancelSafe,
    /// A bound.
    Bound,
}

/// The kind of measurement.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Figures {
    Time {
        /// Per operation.
        nanoseconds: Spread,
        /// Time over the base peer's in the same round: below 1 is faster.
        ratio: Spread,
        /// Time relative to that of the peer that it accompanies.
        beside: Option<Spread>,
    },
    Share {
        /// Jain's index: 1 if all tasks had an equal number of turns.
        jain: Spread,
        /// The fewest turns of a task over the most.
        extremes: Spread,
    },
}

/// The median of several measurements, with their range.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Results {
    /// No rows yet, measured on this machine.
    pub(crate) fn here() -> Self {
        let processors = std::thread::available_parallelism().map_or(0, usize::from);
        let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
        Self { machine: format!("{processors} × {model}"), rows: Vec::new() }
    }

    /// The versions of all peers that took part.
    pub(crate) fn versions(&self) -> String {
        let mut versions: Vec<_> = (self.rows.iter())
            .filter_map(|row| Some(format!("{} {}", row.peer, row.version.as_ref()?)))
            .collect();
        versions.sort_unstable();
        versions.dedup();
        versions.join(", ")
    }
}

impl Mark {
    pub(crate) fn of(peer: &Peer) -> Self {
        match peer.order {
            Order::Fifo if peer.cancel_safe => Self::Same,
            Order::Fifo => Self::NotCancelSafe,
            Order::Barging => Self::Barging,
            Order::Bound => Self::Bound,
        }
    }

    /// The legend of the marks.
    pub(crate) const LEGEND: &str = "\
        >  allows barging     !  FIFO, but a dropped waiter may harm others\n\
        -  a bound, no peer                   Ratios are to tokio in the same round, below 1 is faster:\n\
        \u{20}                                     median [lowest–highest]";
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => " ",
            Self::Barging => ">",
            Self::NotCancelSafe => "!",
            Self::Bound => "-",
        })
    }
}

impl Spread {
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[middle]
        } else {
            f64::midpoint(values[middle - 1], values[middle])
        };
        Self { median, min: values[0], max: values[values.len() - 1] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, min, max } = self;
        write!(f, "{median:8.2} [{min:.2}–{max:.2}]")
    }
}

/// Prints the part of the table for one scenario.
pub(crate) fn print(rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let own = rows.iter().find(|row| row.peer == "underlock");
    let verdict = own.and_then(Row::target).map_or_else(String::new, |(target, met)| {
        format!("target: {target}, {}", if met { "met" } else { "missed" })
    });
    println!("\n{:<44} {verdict}", first.scenario);
    for row in rows {
        print!("{} {:<26}", row.mark, row.peer);
        match &row.figures {
            Figures::Time { nanoseconds, ratio, beside } => {
                print!("{:<30} {:>11.1} ns", ratio.to_string(), nanoseconds.median);
                if let Some(beside) = beside {
                    print!("   of bare underlock: {beside}");
                }
            }
            Figures::Share { jain, extremes } => {
                print!("Jain's index {jain}   fewest over most {extremes}");
            }
        }
        println!();
    }
}

impl Row {
    /// The target, if there is one, and whether it is met.
    pub(crate) fn target(&self) -> Option<(String, bool)> {
        Some(match &self.figures {
            Figures::Time { ratio, .. } => {
                let target = targets::ratio(&self.scenario)?;
                (format!("at most {target:.2}"), ratio.median <= target)
            }
            Figures::Share { jain, extremes } => match targets::share(&self.scenario)? {
                Share::Jain(target) => {
                    (format!("Jain's index at least {target}"), jain.median >= target)
                }
                Share::Extremes(target) => {
                    (format!("fewest over most at least {target}"), extremes.median >= target)
                }
            },
        })
    }
}
