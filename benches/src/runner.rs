//! Runs the peers of each scenario alternately, in short rounds, and reports ratios.
//!
//! The machine is never quiet, so only times from the same fraction of a second are compared: in
//! each round every peer runs one batch, and its time per operation is divided by that of the base
//! peer in the same round. The median of these ratios is reported, with the lowest and the highest.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::results::{Figures, Mark, Row, Spread};
use crate::suite::{BASE, Batch, Case, Work};

/// How long to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// How long a batch should take.
    pub(crate) batch: Duration,
}

impl Effort {
    /// The time that a peer may use in a scenario, set-up included.
    fn allowance(self) -> Duration {
        (self.batch * u32::try_from(self.rounds).unwrap_or(u32::MAX)).saturating_mul(5)
    }

    /// How often, and how long, tasks compete in fairness scenarios: long enough for each to have
    /// many turns.
    fn races(self) -> (usize, Duration) {
        (self.rounds.min(5), self.batch * 20)
    }
}

/// Runs one scenario.
pub(crate) fn run(cases: &[&Case], effort: Effort) -> Vec<Row> {
    cases.iter().zip(measure(cases, effort)).map(|(case, figures)| row(case, figures)).collect()
}

fn row(case: &Case, figures: Figures) -> Row {
    Row {
        scenario: case.scenario.clone(),
        peer: case.peer.name.to_owned(),
        version: case.peer.version().map(str::to_owned),
        mark: Mark::of(case.peer),
        figures,
    }
}

/// The figures of each peer in one scenario.
fn measure(cases: &[&Case], effort: Effort) -> Vec<Figures> {
    let (mut timed, mut shared) = (Vec::new(), Vec::new());
    for case in cases {
        match &case.work {
            Work::Timed(run) => timed.push((*case, &**run)),
            Work::Shared(run) => shared.push(&**run),
        }
    }
    // A scenario measures either time or fairness.
    if timed.is_empty() { measure_shares(&shared, effort) } else { measure_times(&timed, effort) }
}

/// Calls `turn` for each of `count` peers, round after round.
fn in_turns(count: usize, rounds: usize, mut turn: impl FnMut(usize)) {
    for round in 0..rounds {
        // Each round starts with another peer, and every other round is reversed, so that
        // neighbours change.
        let mut order: Vec<_> = (0..count).collect();
        order.rotate_left(round % count);
        if round % 2 == 1 {
            order.reverse();
        }
        order.into_iter().for_each(&mut turn);
    }
}

type Timed<'a> = (&'a Case, &'a dyn Fn(u64) -> Batch);

fn measure_times(cases: &[Timed<'_>], effort: Effort) -> Vec<Figures> {
    let position = |name| cases.iter().position(|(case, _)| case.peer.name == name);
    let base = position(BASE).expect("tokio takes part everywhere");
    let once = cases[base].1(1).checksum;
    let mut turns: Vec<_> = cases.iter().map(|&timed| Turns::new(timed, once, effort)).collect();
    in_turns(cases.len(), effort.rounds, |index| turns[index].take(effort));

    let over = |own: &Turns<'_>, other: usize| {
        let pairs = own.measured.iter().zip(&turns[other].measured);
        Spread::of(pairs.map(|(own, other)| own / other).collect())
    };
    let figures = |own: &Turns<'_>| Figures::Time {
        nanoseconds: Spread::of(own.measured.clone()),
        ratio: over(own, base),
        beside: own.case.peer.beside.and_then(position).map(|other| over(own, other)),
    };
    turns.iter().map(figures).collect()
}

/// The batches of one peer in a scenario.
struct Turns<'a> {
    case: &'a Case,
    run: &'a dyn Fn(u64) -> Batch,
    /// The base peer's checksum of a batch that does the work once.
    once: u64,
    /// How often a batch repeats the work, to fill its time.
    times: u64,
    /// Nanoseconds per operation, one for each round.
    measured: Vec<f64>,
    spent: Duration,
}

impl<'a> Turns<'a> {
    fn new((case, run): Timed<'a>, once: u64, effort: Effort) -> Self {
        let (measured, spent) = (Vec::new(), Duration::ZERO);
        let mut turns = Self { case, run, once, times: 1, measured, spent };
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
            // Warm-up and start-up distort the first batches: grow slowly.
            turns.times = filling.clamp(turns.times + 1, turns.times * 8);
        }
    }

    /// Runs one batch, and adjusts the length of the next. A peer that has used up its time, since
    /// it is slower than the others by orders of magnitude, is skipped.
    fn take(&mut self, effort: Effort) {
        let base = self.case.peer.name == BASE;
        if !base && !self.measured.is_empty() && self.spent > effort.allowance() {
            return;
        }
        let batch = self.run();
        self.measured.push(batch.elapsed.as_secs_f64() * 1e9 / float(batch.ops.max(1)));
        if batch.elapsed > effort.batch * 4 {
            let longer = batch.elapsed.as_nanos() / effort.batch.as_nanos();
            self.times = (self.times / u64::try_from(longer).unwrap_or(u64::MAX)).max(1);
        } else if batch.elapsed < effort.batch / 4 {
            self.times *= 2;
        }
    }

    fn run(&mut self) -> Batch {
        // At another address each time: where addresses of a peer alias, above all in their lower
        // bits, it takes several times as long, and would in every round.
        let shift = black_box(Vec::<u8>::with_capacity(16 + self.measured.len() * 272 % 4096));
        let begin = Instant::now();
        let batch = (self.run)(self.times);
        self.spent += begin.elapsed();
        drop(shift);
        // The checksum proves that the work was done, and is equal for all peers.
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

/// Jain's index, and the fewest turns over the most.
fn measure_shares(cases: &[&dyn Fn(Duration) -> Vec<u64>], effort: Effort) -> Vec<Figures> {
    let (rounds, length) = effort.races();
    let mut measured = vec![(Vec::new(), Vec::new()); cases.len()];
    in_turns(cases.len(), rounds, |index| {
        let turns: Vec<_> = cases[index](length).into_iter().map(float).collect();
        let (jain, extremes) = &mut measured[index];
        let sum: f64 = turns.iter().sum();
        let squares: f64 = turns.iter().map(|turns| turns * turns).sum();
        jain.push(sum * sum / (float(turns.len() as u64) * squares));
        let most = turns.iter().copied().fold(0.0, f64::max);
        extremes.push(turns.iter().copied().fold(most, f64::min) / most);
    });
    (measured.into_iter())
        .map(|(jain, extremes)| Figures::Share {
            jain: Spread::of(jain),
            extremes: Spread::of(extremes),
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a measurement")]
fn float(count: u64) -> f64 {
    count as f64
}
