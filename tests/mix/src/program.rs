//! Programs: what each of several tasks does to a [`World`](crate::World), made of a seed.

use crate::Dice;

/// The most permits that are asked for at once.
pub(crate) const MOST: usize = 4;

/// What each of several tasks does.
#[derive(Clone, Debug)]
pub struct Program {
    /// One script for each task.
    pub scripts: Vec<Script>,
    /// How many meet at the barrier.
    pub(crate) parties: usize,
}

/// What one task does.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) steps: Vec<Step>,
    /// After so many polls the task is dropped where it stands.
    pub(crate) life: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Yield,
    /// Takes a lock, does this under it, and releases.
    Lock(Lock, How, Vec<Inside>),
    /// Takes so many permits, does this with them, and gives them back.
    Permits(Pool, usize, How, Vec<WithPermits>),
    /// Releases permits that nobody had.
    Add(usize),
    Set,
    Clear,
    /// Waits for the event.
    Await(Patience),
    /// Waits at the barrier.
    Meet(Patience),
    Reset,
    Abort,
    /// Polls a future once, sets it aside, waits for the same thing again or does something else,
    /// and only then awaits the first, or drops it.
    Aside(Aside, Afterwards),
    /// Two at once, in the same task.
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
    /// By blocking the thread, where the engine has one to block. Locks only.
    Block,
}

/// How a future is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How often it is polled again whether or not it was woken.
    pub(crate) polls: usize,
    pub(crate) then: Then,
    pub(crate) waker: WhichWaker,
}

/// What becomes of a future after those polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is polled when it is woken, as any.
    Wait,
    /// It is dropped, perhaps with what it waits for in its hands.
    Drop,
    /// It is dropped when it is woken.
    DropWoken,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum WhichWaker {
    /// The task's, which all that wait in the task share.
    Own,
    /// One for this future alone, which hides that it is the task's.
    Another,
    /// A new one at each poll. The last one has to be woken, no other will do.
    Fresh,
}

/// What is done under a lock. What takes conditions is done under the shared lock, borrowed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inside {
    Yield,
    /// Adds tokens to a side and notifies who waits there.
    Give {
        side: usize,
        tokens: usize,
        notify: Notify,
    },
    /// Takes a token of a side, and waits until there is one.
    Take {
        side: usize,
        way: Way,
        patience: Patience,
    },
    Panic,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Notify {
    /// As many as there are new tokens.
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
    /// Of the semaphore only: nobody could add to a bounded one what it misses then.
    Forget,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Aside {
    Lock(Lock),
    /// A wait for a condition, while the task takes the lock and notifies.
    Condition(usize),
    /// So many permits set aside, so many awaited.
    Permits(Pool, usize, usize),
    Event,
    Barrier,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Afterwards {
    Drop,
    Await,
}

/// What a step may be about.
#[derive(Clone, Copy, Debug)]
enum Topic {
    Plain,
    Shared,
    Semaphore,
    Bounded,
    Event,
    Barrier,
}

/// What a program is made of.
#[derive(Clone, Copy, Debug)]
struct Mood<'a> {
    topics: &'a [Topic],
    /// Nobody sets the event, and nobody who waits gives up.
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
        // Half of the programs are about everything, the others push at one thing.
        let topic = dice.pick(&Topic::ALL);
        let topics = if dice.one_in(2) { &Topic::ALL[..] } else { &[topic] };
        let parties = dice.pick(&[1, 2, 2, 3, 3, 3, 4, tasks / 2]);
        // In one that is patient all come together before anybody does something about it.
        let mood = Mood { topics, patient: dice.one_in(4) };
        let scripts = (0..tasks)
            .map(|_| Script {
                steps: (0..=dice.roll(steps)).map(|_| step(&mut dice, mood, true)).collect(),
                life: dice.one_in(4).then(|| 1 + dice.roll(3 * steps)),
            })
            .collect();
        Self { scripts, parties }
    }

    /// How many times somebody in the program may come to wait for something that only
    /// [`World::wind_up`](crate::World::wind_up) brings about.
    #[must_use]
    pub fn rounds(&self) -> usize {
        // Each time at least one goes on, and a step is no more than four waits.
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
        2 | 3 => Step::Aside(
            aside(dice, topic),
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

fn aside(dice: &mut Dice, topic: Topic) -> Aside {
    match topic {
        Topic::Plain => Aside::Lock(Lock::Plain),
        Topic::Shared if dice.one_in(2) => Aside::Lock(Lock::Shared),
        Topic::Shared => Aside::Condition(dice.roll(2)),
        Topic::Semaphore => {
            Aside::Permits(Pool::Semaphore, 1 + dice.roll(MOST), 1 + dice.roll(MOST))
        }
        Topic::Bounded => Aside::Permits(Pool::Bounded, 1 + dice.roll(MOST), 1 + dice.roll(MOST)),
        Topic::Event => Aside::Event,
        Topic::Barrier => Aside::Barrier,
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
    // Blocking would stop what the task does beside it, releasing the lock perhaps.
    if outermost && dice.one_in(8) { How::Block } else { how(dice, mood) }
}

fn inside(dice: &mut Dice, mood: Mood<'_>) -> Vec<Inside> {
    (0..dice.roll(4))
        .map(|_| match dice.roll(12) {
            0..=2 => Inside::Yield,
            // Fewer than are taken, so that there is something to wait for.
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
