//! Runs the peers of each scenario in turn, in short rounds, and keeps the ratios.
//!
//! The machine is never quiet, so nothing is compared that did not run within the same few
//! hundred milliseconds: in each round every peer runs one batch, and its time per operation is
//! divided by that of the base peer in the same round. What is reported is the median of those
//! ratios, with the lowest and the highest.

use std::time::{Duration, Instant};

use crate::suite::{Batch, Case, Peer, Suite};

/// The peer that all are compared to.
pub(crate) const BASE: &str = "tokio";

/// How long to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// How long a batch should take.
    pub(crate) batch: Duration,
}

impl Effort {
    /// How much time a peer may use for its turns at a scenario, set-up included.
    fn allowance(self) -> Duration {
        (self.batch * u32::try_from(self.rounds).unwrap_or(u32::MAX)).saturating_mul(5)
    }
}

/// A peer's figures in a scenario.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) scenario: String,
    pub(crate) peer: &'static Peer,
    pub(crate) nanoseconds: Spread,
    /// Time over the base peer's in the same round: below 1 is faster.
    pub(crate) ratio: Spread,
}

/// The median of several measurements, and how far they lie apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// Runs the scenarios whose names begin with `scenario`, one after another. An empty list of
/// peers means all. `report` is given the rows of each scenario as soon as they are there.
pub(crate) fn run(
    suite: &Suite,
    scenario: &str,
    peers: &[String],
    effort: Effort,
    mut report: impl FnMut(&[Row]),
) {
    let wanted = |case: &&Case| {
        case.scenario.starts_with(scenario)
            && (peers.is_empty()
                || case.peer.name == BASE
                || peers.iter().any(|peer| peer == case.peer.name))
    };
    let mut scenarios: Vec<(&str, Vec<&Case>)> = Vec::new();
    for case in suite.cases.iter().filter(wanted) {
        match scenarios.iter_mut().find(|(name, _)| *name == case.scenario) {
            Some((_, cases)) => cases.push(case),
            None => scenarios.push((&case.scenario, vec![case])),
        }
    }
    for (_, cases) in scenarios {
        report(&measure(&cases, effort));
    }
}

/// Interleaves the peers of one scenario.
fn measure(cases: &[&Case], effort: Effort) -> Vec<Row> {
    let base = cases.iter().position(|case| case.peer.name == BASE).expect("tokio has it all");
    let once = (cases[base].run)(1).checksum;
    let mut turns: Vec<_> = cases.iter().map(|case| Turns::new(case, once, effort)).collect();

    for round in 0..effort.rounds {
        // Another one begins each round, and every other round goes the other way around, so that
        // nobody has the same neighbour all the time.
        let mut order: Vec<_> = (0..cases.len()).collect();
        order.rotate_left(round % cases.len());
        if round % 2 == 1 {
            order.reverse();
        }
        for index in order {
            turns[index].take(effort);
        }
    }

    (turns.iter())
        .map(|own| {
            let pairs = own.measured.iter().zip(&turns[base].measured);
            Row {
                scenario: own.case.scenario.clone(),
                peer: own.case.peer,
                nanoseconds: Spread::of(own.measured.clone()),
                ratio: Spread::of(pairs.map(|(own, base)| own / base).collect()),
            }
        })
        .collect()
}

/// The turns of one peer at a scenario.
struct Turns<'a> {
    case: &'a Case,
    /// The base peer's checksum of a batch that does the work once.
    once: u64,
    /// How often a batch repeats the work: as often as fills it.
    times: u64,
    /// Nanoseconds per operation, one for each round.
    measured: Vec<f64>,
    spent: Duration,
}

impl<'a> Turns<'a> {
    fn new(case: &'a Case, once: u64, effort: Effort) -> Self {
        let mut turns = Self { case, once, times: 1, measured: Vec::new(), spent: Duration::ZERO };
        loop {
            let elapsed = turns.run().elapsed.as_secs_f64().max(1e-9);
            let filling = effort.batch.as_secs_f64() / elapsed * float(turns.times);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
            let filling = filling.clamp(1.0, 1e15) as u64;
            if elapsed >= effort.batch.as_secs_f64() / 4.0 {
                turns.times = filling;
                turns.spent = Duration::ZERO;
                return turns;
            }
            // Warm-up and start-up mislead at first: don't jump.
            turns.times = filling.clamp(turns.times + 1, turns.times * 8);
        }
    }

    /// Runs one batch, and mends the length of the next. A peer that has used up its time, because it is slower than the rest by
    /// orders of magnitude, sits out.
    fn take(&mut self, effort: Effort) {
        let base = self.case.peer.name == BASE;
        if base || self.measured.is_empty() || self.spent < effort.allowance() {
            let batch = self.run();
            self.measured.push(per_operation(&batch));
            if batch.elapsed > effort.batch * 4 {
                let longer = batch.elapsed.as_nanos() / effort.batch.as_nanos();
                self.times = (self.times / u64::try_from(longer).unwrap_or(u64::MAX)).max(1);
            } else if batch.elapsed < effort.batch / 4 {
                self.times *= 2;
            }
        }
    }

    fn run(&mut self) -> Batch {
        let begin = Instant::now();
        let batch = (self.case.run)(self.times);
        self.spent += begin.elapsed();
        // The checksum proves that the work was done, and that it is the same for all peers.
        assert_eq!(
            batch.checksum,
            self.once * self.times,
            "{} did other work than {BASE} in {}",
            self.case.peer.name,
            self.case.scenario,
        );
        batch
    }
}

fn per_operation(batch: &Batch) -> f64 {
    batch.elapsed.as_secs_f64() * 1e9 / float(batch.ops.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn float(count: u64) -> f64 {
    count as f64
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
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
