//! Programs: what each of several tasks does to a [`World`](crate::World), generated from a seed.

use crate::Dice;

/// The largest request for permits.
pub(crate) const MOST: usize = 4;

/// The scripts of several tasks.
#[derive(Clone, Debug)]
pub struct Program {
    /// One script for each task.
    pub scripts: Vec<Script>,
    /// The number of parties of the barrier.
    pub(crate) parties: usize,
}

/// The steps of one task.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) steps: Vec<Step>,
    /// After so many polls the task is dropped, in whatever state.
    pub(crate) life: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Yield,
    /// Acquires a lock, uses it and releases.
    Lock(Lock, How, Vec<Inside>),
    /// Acquires permits, uses them and releases.
    Permits(Pool, usize, How, Vec<WithPermits>),
    /// Adds permits to the semaphore.
    Add(usize),
    Set,
    Clear,
    /// Waits for the event.
    Await(Patience),
    /// Waits at the barrier.
    Meet(Patience),
    Reset,
    Abort,
    /// Polls a future once, then leaves it unpolled while it waits for the same primitive or does
    /// something else, and finally awaits the first, or drops it.
    Futurelock(Futurelock, Afterwards),
    /// Two acquires, concurrently in the same task.
    Together(Box<[Step; 2]>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Lock {
    /// Without conditions.
    Plain,
    /// With two.
    Shared,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Pool {
    Semaphore,
    Bounded,
}

/// A way to acquire.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    Try,
    Wait(Patience),
    TryOwned,
    WaitOwned(Patience),
    /// Blocks the thread, on engines with a thread for each task. Locks only.
    Block,
}

/// How a future is awaited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How often it is polled again, woken or not.
    pub(crate) polls: usize,
    pub(crate) then: Then,
    pub(crate) waker: WhichWaker,
}

/// What happens to a future after those polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is polled whenever it is woken.
    Wait,
    /// It is dropped, perhaps with a grant.
    Drop,
    /// It is dropped when it is woken.
    DropWoken,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum WhichWaker {
    /// The task's waker, shared by all its futures.
    Own,
    /// A waker of the future's own, which hides the task's identity.
    Another,
    /// A new waker at each poll. Only the last may be woken.
    Fresh,
}

/// What a task does with a lock. Steps with conditions use the shared lock, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inside {
    Yield,
    /// Adds tokens of one kind and notifies its condition.
    Give {
        side: usize,
        tokens: usize,
        notify: Notify,
    },
    /// Takes a token of one kind, and waits until there is one.
    Take {
        side: usize,
        way: Way,
        patience: Patience,
    },
    Panic,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Notify {
    /// `notify(n)` for `n` new tokens.
    AsMany,
    All,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Wait,
    WaitFor,
    WaitForSome,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum WithPermits {
    Yield,
    Split(usize),
    Merge,
    /// Only on the semaphore: forgotten permits of a bounded one can't be added again.
    Forget,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Futurelock {
    Lock(Lock),
    /// A wait for a condition, while the task takes the lock and notifies.
    Condition(usize),
    /// Two acquires: this many permits unpolled, this many awaited.
    Permits(Pool, usize, usize),
    Event,
    Barrier,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Afterwards {
    Drop,
    Await,
}

/// The primitives that a step uses.
#[derive(Clone, Copy, Debug)]
enum Topic {
    Plain,
    Shared,
    Semaphore,
    Bounded,
    Event,
    Barrier,
}

/// The parameters of a program.
#[derive(Clone, Copy, Debug)]
struct Mood<'a> {
    topics: &'a [Topic],
    /// No task sets the event, and no wait is cancelled.
    patient: bool,
}

impl Patience {
    pub(crate) const ENDLESS: Self = Self { polls: 0, then: Then::Wait, waker: WhichWaker::Own };
}

impl Topic {
    const ALL: [Self; 6] =
        [Self::Plain, Self::Shared, Self::Semaphore, Self::Bounded, Self::Event, Self::Barrier];
}

// === making ===

impl Program {
    /// A program for so many tasks, of up to so many steps each.
    #[must_use]
    pub fn random(seed: u64, tasks: usize, steps: usize) -> Self {
        let mut dice = Dice::new(seed);
        // Half of the programs use all primitives, the others stress one.
        let topic = dice.pick(&Topic::ALL);
        let topics = if dice.one_in(2) { &Topic::ALL[..] } else { &[topic] };
        let parties = dice.pick(&[1, 2, 2, 3, 3, 3, 4, tasks / 2]);
        // In a patient program all tasks meet before one of them sets the event.
        let mood = Mood { topics, patient: dice.one_in(4) };
        let scripts = (0..tasks)
            .map(|_| Script {
                steps: (0..=dice.roll(steps)).map(|_| step(&mut dice, mood, true)).collect(),
                life: dice.one_in(4).then(|| 1 + dice.roll(3 * steps)),
            })
            .collect();
        Self { scripts, parties }
    }

    /// An upper bound on the waits that only [`World::wind_up`](crate::World::wind_up) ends.
    #[must_use]
    pub fn rounds(&self) -> usize {
        // Each winding up ends at least one wait, and a step has at most four.
        self.scripts.iter().map(|script| 4 * script.steps.len() + 1).sum()
    }
}

fn step(dice: &mut Dice, mood: Mood<'_>, outermost: bool) -> Step {
    let topic = dice.pick(mood.topics);
    match dice.roll(14) {
        0 => Step::Yield,
        1 if outermost => {
            Step::Together(Box::new([step(dice, mood, false), step(dice, mood, false)]))
        }
        2 | 3 => Step::Futurelock(
            futurelock(dice, topic),
            dice.pick(&[Afterwards::Drop, Afterwards::Await, Afterwards::Await]),
        ),
        _ => match topic {
            Topic::Plain => {
                Step::Lock(Lock::Plain, lock_how(dice, mood, outermost), inside(dice, mood))
            }
            Topic::Shared => {
                Step::Lock(Lock::Shared, lock_how(dice, mood, outermost), inside(dice, mood))
            }
            Topic::Semaphore if dice.one_in(8) => Step::Add(1 + dice.roll(MOST)),
            Topic::Semaphore => permits(dice, mood, Pool::Semaphore),
            Topic::Bounded => permits(dice, mood, Pool::Bounded),
            Topic::Event => match dice.roll(4) {
                0 if !mood.patient => Step::Set,
                1 => Step::Clear,
                _ => Step::Await(patience(dice, mood)),
            },
            Topic::Barrier => match dice.roll(16) {
                0 => Step::Abort,
                1 => Step::Reset,
                _ => Step::Meet(patience(dice, mood)),
            },
        },
    }
}

fn futurelock(dice: &mut Dice, topic: Topic) -> Futurelock {
    match topic {
        Topic::Plain => Futurelock::Lock(Lock::Plain),
        Topic::Shared if dice.one_in(2) => Futurelock::Lock(Lock::Shared),
        Topic::Shared => Futurelock::Condition(dice.roll(2)),
        Topic::Semaphore => {
            Futurelock::Permits(Pool::Semaphore, 1 + dice.roll(MOST), 1 + dice.roll(MOST))
        }
        Topic::Bounded => {
            Futurelock::Permits(Pool::Bounded, 1 + dice.roll(MOST), 1 + dice.roll(MOST))
        }
        Topic::Event => Futurelock::Event,
        Topic::Barrier => Futurelock::Barrier,
    }
}

fn patience(dice: &mut Dice, mood: Mood<'_>) -> Patience {
    Patience {
        polls: dice.pick(&[0, 0, 0, 1, 1, 2, 3, 5]),
        then: match dice.roll(6) {
            0 | 1 if !mood.patient => dice.pick(&[Then::Drop, Then::DropWoken]),
            _ => Then::Wait,
        },
        waker: dice.pick(&[
            WhichWaker::Own,
            WhichWaker::Own,
            WhichWaker::Another,
            WhichWaker::Fresh,
        ]),
    }
}

fn how(dice: &mut Dice, mood: Mood<'_>) -> How {
    match dice.roll(8) {
        0 => How::Try,
        1 => How::TryOwned,
        2 | 3 => How::WaitOwned(patience(dice, mood)),
        _ => How::Wait(patience(dice, mood)),
    }
}

fn lock_how(dice: &mut Dice, mood: Mood<'_>, outermost: bool) -> How {
    // Blocking the thread would stop the concurrent future, which may have to release the lock.
    if outermost && dice.one_in(8) { How::Block } else { how(dice, mood) }
}

fn inside(dice: &mut Dice, mood: Mood<'_>) -> Vec<Inside> {
    (0..dice.roll(4))
        .map(|_| match dice.roll(12) {
            0..=2 => Inside::Yield,
            // Fewer than are taken, so that tasks have to wait.
            3 | 4 => Inside::Give {
                side: dice.roll(2),
                tokens: dice.pick(&[1, 1, 1, 2, 3]),
                notify: dice.pick(&[Notify::AsMany, Notify::AsMany, Notify::All]),
            },
            5..=10 => Inside::Take {
                side: dice.roll(2),
                way: dice.pick(&[Way::Wait, Way::WaitFor, Way::WaitForSome]),
                patience: patience(dice, mood),
            },
            _ => Inside::Panic,
        })
        .collect()
}

fn permits(dice: &mut Dice, mood: Mood<'_>, pool: Pool) -> Step {
    let inside = (0..dice.roll(4))
        .map(|_| match dice.roll(8) {
            0..=3 => WithPermits::Yield,
            4 | 5 => WithPermits::Split(dice.roll(MOST)),
            6 => WithPermits::Merge,
            _ => WithPermits::Forget,
        })
        .collect();
    Step::Permits(pool, 1 + dice.roll(MOST), how(dice, mood), inside)
}
