//! Workers, their futures, and the executor that polls them by hand.

use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use serde_json::{Map, Value, json};

use crate::Order;
use crate::compare::Failure;
use crate::order::Chooser;
use crate::prims::{self, BoxFuture, BoxGuard, BoxPermit, Prim};
use crate::scenario::{Command, Done, Observation, Op, Scenario, Spec, Then};

/// The maximum number of polls after one step; more indicate futures that wake each other for ever.
const MOST_POLLS: usize = 10_000;

/// How scenarios are replayed.
#[derive(Clone, Copy, Debug)]
pub struct Replay {
    /// The order in which woken futures are polled.
    pub order: Order,
    /// The seed of [`Order::Random`].
    pub seed: u64,
    /// Which of several equivalent functions are called.
    pub api: Api,
    /// Which futures are polled at the end of a step.
    pub settle: Settle,
}

/// Which of several equivalent functions are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Api {
    /// Guards and permits borrow; conditions share a lock.
    Borrowed,
    /// Owned guards and permits, where they exist; a condition with a lock of its own.
    Owned,
}

/// Which futures are polled at the end of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Settle {
    /// Woken ones, until there is none; then, once, all that are still blocked, which must stay
    /// blocked without an observable change. In asyncio a notified task has run by then and is
    /// queued for the lock; here it is queued when it is polled.
    All,
    /// Woken ones, until there is none. A recording in which a task acquires a lock that its holder
    /// has kept since it notified others then ends differently, as the documentation of `Condition`
    /// says.
    Woken,
}

impl Replay {
    /// Replays one scenario.
    ///
    /// # Errors
    ///
    /// Returns the first step whose observable state differs from the recording.
    pub fn run(self, scenario: &Scenario) -> Result<(), Box<Failure>> {
        let prims = prims::build(&scenario.prims, self.api);
        let mut world = World::new(scenario, &prims, self);
        for (number, step) in scenario.steps.iter().enumerate() {
            let expected = scenario.expected(step);
            // A panic is reported as a difference, and the next scenarios are still replayed.
            let outcome =
                panic::catch_unwind(AssertUnwindSafe(|| world.step(number, &step.commands)))
                    .unwrap_or_else(|panic| Err(Trouble::panicked(&*panic)));
            let (what, seen) = match &outcome {
                Ok(seen) if expected.matches(seen) => continue,
                Ok(seen) => ("the observed state differs", Some(seen)),
                Err(trouble) => (trouble.what.as_str(), trouble.seen.as_deref()),
            };
            let failure = Failure::new(&scenario.id, number, what, &step.commands, expected, seen);
            // After a panic even dropping the rest may panic.
            let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(world)));
            return Err(Box::new(failure));
        }
        Ok(())
    }
}

/// An error that no recording may contain.
struct Trouble {
    what: String,
    seen: Option<Box<Observation>>,
}

impl Trouble {
    fn panicked(panic: &(dyn std::any::Any + Send)) -> Self {
        let message = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "something".to_owned());
        format!("panicked: {message}").into()
    }
}

impl From<String> for Trouble {
    fn from(what: String) -> Self {
        Self { what, seen: None }
    }
}

struct World<'a> {
    scenario: &'a Scenario,
    prims: &'a [Prim],
    replay: Replay,
    chooser: Chooser,
    workers: Vec<Worker<'a>>,
    inbox: Arc<Inbox>,
    /// Woken operations that have not been polled since, in the order of waking.
    ready: Vec<usize>,
    /// Operations that woke themselves while they were polled, as a yielding task does: they are
    /// ready after all other woken ones have run.
    yielded: Vec<usize>,
    operations: usize,
    seen: Observation,
}

#[derive(Default)]
struct Worker<'a> {
    /// By the index of the lock among the primitives.
    guards: Vec<(usize, BoxGuard<'a>)>,
    /// By the index of the semaphore.
    permits: Vec<(usize, BoxPermit<'a>)>,
    running: Option<Running<'a>>,
}

/// An unfinished operation.
struct Running<'a> {
    number: usize,
    op: &'a Op,
    future: BoxFuture<'a, Outcome<'a>>,
    /// The waker of the last poll.
    waker: Arc<Alarm>,
    /// Earlier wakers, to which no reference may remain.
    replaced: Vec<Arc<Alarm>>,
}

/// The output of an operation: its result, and what the worker holds from then on.
struct Outcome<'a> {
    result: Value,
    got: Option<Got<'a>>,
}

enum Got<'a> {
    Guard(usize, BoxGuard<'a>),
    Permit(usize, BoxPermit<'a>),
}

/// The log of wake-ups.
#[derive(Default)]
struct Inbox(Mutex<Vec<(usize, usize)>>);

/// The waker of one operation, until it is polled with another.
struct Alarm {
    number: usize,
    generation: usize,
    inbox: Arc<Inbox>,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut inbox = self.inbox.0.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.push((self.number, self.generation));
    }
}

impl<'a> World<'a> {
    fn new(scenario: &'a Scenario, prims: &'a [Prim], replay: Replay) -> Self {
        Self {
            scenario,
            prims,
            replay,
            chooser: Chooser::new(replay.order, replay.seed, &scenario.id),
            workers: (0..scenario.tasks).map(|_| Worker::default()).collect(),
            inbox: Arc::default(),
            ready: Vec::new(),
            yielded: Vec::new(),
            operations: 0,
            seen: Observation::default(),
        }
    }

    /// Performs one step and returns the observable state after it.
    fn step(&mut self, number: usize, commands: &'a [Command]) -> Result<Observation, Trouble> {
        for (place, command) in commands.iter().enumerate() {
            self.execute(place, command)?;
        }
        self.settle()?;
        let seen = self.observe();
        if self.replay.settle == Settle::All {
            self.poll_blocked(number)?;
            self.settle()?;
            let after = self.observe();
            if !after.done.is_empty() || after.blocked != seen.blocked || after.state != seen.state
            {
                return Err(Trouble {
                    what: format!(
                        "polling the blocked operations changed the state; before: {}",
                        json!(seen)
                    ),
                    seen: Some(Box::new(after)),
                });
            }
        }
        Ok(seen)
    }

    // --- commands ---

    fn execute(&mut self, place: usize, command: &'a Command) -> Result<(), Trouble> {
        let worker = command.worker;
        if matches!(command.op, Op::Cancel) {
            return self.cancel(worker);
        }
        if self.workers[worker].running.is_some() {
            return Err(format!(
                "worker {worker} is still blocked when it is to {}",
                command.op.name()
            )
            .into());
        }
        let on = command.op.on().map_or(0, |on| self.place(on));
        match (&command.op, &self.prims[on]) {
            (Op::Release { .. }, Prim::Lock(_)) => self.guard(worker, on)?.release(),
            (Op::Release { .. }, _) => {
                let permits = &mut self.workers[worker].permits;
                let held = permits.iter().position(|(semaphore, _)| *semaphore == on);
                let held = held.ok_or_else(|| not_held(worker, "permit"))?;
                permits.remove(held).1.release();
            }
            (Op::Add { .. }, Prim::Semaphore(semaphore)) => semaphore.add(),
            (Op::Notify { n, .. }, &Prim::Condition { lock, side }) => {
                self.borrow_guard(worker, lock)?.notify(side, *n);
            }
            (Op::NotifyAll { .. }, &Prim::Condition { lock, side }) => {
                self.borrow_guard(worker, lock)?.notify_all(side);
            }
            (Op::SetCounter { v, .. }, _) => self.borrow_guard(worker, on)?.set_counter(*v),
            (Op::Set { .. }, Prim::Event(event)) => event.set(),
            (Op::Clear { .. }, Prim::Event(event)) => event.clear(),
            (Op::BarrierReset { .. }, Prim::Barrier(barrier)) => barrier.reset(),
            (Op::BarrierAbort { .. }, Prim::Barrier(barrier)) => barrier.abort(),
            (Op::Locked { .. }, Prim::Lock(lock)) => self.reply(place, lock.is_locked()),
            (Op::Locked { .. }, Prim::Semaphore(semaphore)) => {
                self.reply(place, semaphore.is_locked());
            }
            (Op::IsSet { .. }, Prim::Event(event)) => self.reply(place, event.is_set()),
            (Op::NWaiting { .. }, Prim::Barrier(barrier)) => self.reply(place, barrier.waiting()),
            (Op::Broken { .. }, Prim::Barrier(barrier)) => self.reply(place, barrier.is_broken()),
            _ => {
                let future = self.start(worker, on, &command.op)?;
                self.run(worker, &command.op, future)?;
            }
        }
        Ok(())
    }

    /// Makes the future of an asynchronous command.
    fn start(
        &mut self,
        worker: usize,
        on: usize,
        op: &'a Op,
    ) -> Result<BoxFuture<'a, Outcome<'a>>, Trouble> {
        Ok(match (op, &self.prims[on]) {
            (Op::Acquire { then, .. }, Prim::Lock(lock)) => keep_guard(on, *then, lock.acquire()),
            (Op::Acquire { then, .. }, Prim::Semaphore(semaphore)) => Box::pin(async move {
                let permit = semaphore.acquire().await;
                if *then == Then::Release {
                    permit.release();
                    Outcome::ok(None)
                } else {
                    Outcome::ok(Some(Got::Permit(on, permit)))
                }
            }),
            (Op::Wait { .. }, Prim::Event(event)) => Box::pin(async {
                event.wait().await;
                Outcome::ok(None)
            }),
            (Op::Wait { then, .. }, &Prim::Condition { lock, side }) => {
                keep_guard(lock, *then, self.guard(worker, lock)?.wait(side))
            }
            (Op::WaitFor { k, then, .. }, &Prim::Condition { lock, side }) => {
                let guard = self.guard(worker, lock)?;
                let waiting = match then {
                    Then::Take => guard.take(side, *k),
                    Then::Keep | Then::Release => guard.wait_for(side, *k),
                };
                keep_guard(lock, *then, waiting)
            }
            (Op::BarrierWait { times, .. }, Prim::Barrier(barrier)) => Box::pin(async move {
                let mut result = Value::Null;
                for _ in 0..*times {
                    let Ok(position) = barrier.wait().await else {
                        result = json!("broken");
                        break;
                    };
                    // In asyncio's tests the last party to arrive is the leader.
                    let index = position.index();
                    let leader = index + 1 == barrier.parties();
                    result = json!({ "leader": leader, "index": index });
                }
                Outcome { result, got: None }
            }),
            _ => unreachable!("a checked scenario does not {} here", op.name()),
        })
    }

    /// Polls a new operation, once.
    fn run(
        &mut self,
        worker: usize,
        op: &'a Op,
        future: BoxFuture<'a, Outcome<'a>>,
    ) -> Result<(), Trouble> {
        let number = self.operations;
        self.operations += 1;
        let waker = Arc::new(Alarm { number, generation: 0, inbox: Arc::clone(&self.inbox) });
        self.workers[worker].running =
            Some(Running { number, op, future, waker, replaced: Vec::new() });
        self.poll(worker)
    }

    fn cancel(&mut self, worker: usize) -> Result<(), Trouble> {
        let Some(running) = self.workers[worker].running.take() else {
            return Err(format!("worker {worker} has nothing to cancel").into());
        };
        self.collect(None)?;
        self.ready.retain(|number| *number != running.number);
        self.yielded.retain(|number| *number != running.number);
        self.seen.cancelled.push(worker);
        running.end()
    }

    /// Takes a guard away from its worker.
    fn guard(&mut self, worker: usize, lock: usize) -> Result<BoxGuard<'a>, Trouble> {
        let guards = &mut self.workers[worker].guards;
        let place = guards.iter().position(|(held, _)| *held == lock);
        place.map(|place| guards.remove(place).1).ok_or_else(|| not_held(worker, self.name(lock)))
    }

    fn borrow_guard(&mut self, worker: usize, lock: usize) -> Result<&mut BoxGuard<'a>, Trouble> {
        let trouble = not_held(worker, self.name(lock));
        let mut guards = self.workers[worker].guards.iter_mut();
        guards.find(|(held, _)| *held == lock).map(|(_, guard)| guard).ok_or(trouble)
    }

    fn reply(&mut self, place: usize, answer: impl Into<Value>) {
        self.seen.replies.push((place, answer.into()));
    }

    // --- executor ---

    /// Polls woken futures until there is none.
    fn settle(&mut self) -> Result<(), Trouble> {
        for _ in 0..MOST_POLLS {
            self.collect(None)?;
            if self.ready.is_empty() {
                self.ready.append(&mut self.yielded);
            }
            if self.ready.is_empty() {
                return Ok(());
            }
            let number = self.ready.remove(self.chooser.pick(self.ready.len()));
            let is_it =
                |worker: &Worker<'_>| worker.running.as_ref().is_some_and(|op| op.number == number);
            let worker = self.workers.iter().position(is_it);
            self.poll(worker.expect("only running operations are ready"))?;
            self.collect(Some(number))?;
        }
        Err("futures wake each other for ever".to_owned().into())
    }

    /// Polls all blocked futures once, each with a new waker in every other step.
    fn poll_blocked(&mut self, step: usize) -> Result<(), Trouble> {
        let mut blocked = self.blocked();
        blocked.sort_by_key(|worker| self.workers[*worker].running.as_ref().map(|op| op.number));
        while !blocked.is_empty() {
            let worker = blocked.remove(self.chooser.pick(blocked.len()));
            if let (Some(running), 1) = (&mut self.workers[worker].running, step % 2) {
                let old = &running.waker;
                let new = Alarm {
                    number: old.number,
                    generation: old.generation + 1,
                    inbox: Arc::clone(&old.inbox),
                };
                running.replaced.push(mem::replace(&mut running.waker, Arc::new(new)));
            }
            self.poll(worker)?;
            if self.workers[worker].running.is_none() {
                return Err(format!("worker {worker} was not woken, but is ready").into());
            }
        }
        Ok(())
    }

    fn poll(&mut self, worker: usize) -> Result<(), Trouble> {
        let Some(mut running) = self.workers[worker].running.take() else {
            unreachable!("only blocked workers are polled");
        };
        let waker = Waker::from(Arc::clone(&running.waker));
        let polled = running.future.as_mut().poll(&mut Context::from_waker(&waker));
        drop(waker);
        let Poll::Ready(Outcome { result, got }) = polled else {
            self.workers[worker].running = Some(running);
            return Ok(());
        };
        match got {
            Some(Got::Guard(lock, guard)) => self.workers[worker].guards.push((lock, guard)),
            Some(Got::Permit(semaphore, permit)) => {
                self.workers[worker].permits.push((semaphore, permit));
            }
            None => {}
        }
        let op = running.op;
        let on = op.on().unwrap_or_default().to_owned();
        self.seen.done.push(Done(worker, op.name().to_owned(), on, result));
        running.end()
    }

    /// Logs operations that were woken while `polled` was polled.
    fn collect(&mut self, polled: Option<usize>) -> Result<(), Trouble> {
        let woken = mem::take(&mut *self.inbox.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (number, generation) in woken {
            let mut all = self.workers.iter().filter_map(|worker| worker.running.as_ref());
            // An operation that has finished or was cancelled since is ignored.
            let Some(running) = all.find(|running| running.number == number) else { continue };
            if generation != running.waker.generation {
                return Err("woken by a waker that was replaced".to_owned().into());
            }
            if self.ready.contains(&number) || self.yielded.contains(&number) {
                return Err("woken twice without a poll in between".to_owned().into());
            }
            let list = if polled == Some(number) { &mut self.yielded } else { &mut self.ready };
            list.push(number);
        }
        Ok(())
    }

    // --- observing ---

    fn observe(&mut self) -> Observation {
        let mut seen = mem::take(&mut self.seen);
        self.normalise(&mut seen.done);
        seen.cancelled.sort_unstable();
        seen.blocked = self.blocked();
        seen.state = self.state();
        seen
    }

    /// Sorts events into the order in which they are compared.
    fn normalise(&self, done: &mut [Done]) {
        // A stable sort: unordered events stay in the order of completion.
        done.sort_by_key(|Done(worker, _, on, _)| {
            let on = self.place(on);
            match self.prims[on] {
                Prim::Lock(_) => (on, 0),
                Prim::Condition { lock, .. } => (lock, 0),
                _ => (on, *worker),
            }
        });
    }

    fn blocked(&self) -> Vec<usize> {
        let blocked =
            self.workers.iter().enumerate().filter(|(_, worker)| worker.running.is_some());
        blocked.map(|(number, _)| number).collect()
    }

    fn state(&self) -> Map<String, Value> {
        let mut state = Map::new();
        for (on, (name, spec)) in self.scenario.prims.iter().enumerate() {
            let value = match &self.prims[on] {
                Prim::Condition { .. } => continue,
                Prim::Lock(lock) => {
                    let holder = self.holder(on);
                    let guard = holder.map(|(_, guard)| guard.counter());
                    // Also checks that a primitive that says that it is free can be acquired.
                    let free = || lock.try_acquire().map(|guard| guard.counter());
                    let counter = guard.or_else(free);
                    let locked = lock.is_locked();
                    let holder = holder.map(|(worker, _)| worker);
                    let mut value = json!({ "locked": locked, "holder": holder });
                    if self.prims.iter().any(|prim| matches!(prim, Prim::Condition { .. })) {
                        value["counter"] = json!(counter);
                    }
                    value
                }
                Prim::Event(event) => json!({ "is_set": event.is_set() }),
                Prim::Barrier(barrier) => {
                    debug_assert!(
                        matches!(spec, Spec::Barrier { parties } if *parties == barrier.parties())
                    );
                    json!({ "n_waiting": barrier.waiting(), "broken": barrier.is_broken() })
                }
                Prim::Semaphore(semaphore) => {
                    let held: Vec<_> =
                        self.workers.iter().map(|worker| worker.permits(on)).collect();
                    json!({
                        "locked": semaphore.is_locked(),
                        "value": semaphore.available(),
                        "held": held,
                    })
                }
            };
            state.insert(name.to_owned(), value);
        }
        state
    }

    fn holder(&self, lock: usize) -> Option<(usize, &BoxGuard<'a>)> {
        let guards = self.workers.iter().enumerate().flat_map(|(number, worker)| {
            worker.guards.iter().map(move |(lock, guard)| (number, *lock, guard))
        });
        let mut holders = guards.filter(|(_, held, _)| *held == lock);
        let holder = holders.next();
        assert!(holders.next().is_none(), "two workers hold {}", self.name(lock));
        holder.map(|(number, _, guard)| (number, guard))
    }

    fn place(&self, name: &str) -> usize {
        let mut names = self.scenario.prims.iter().map(|(name, _)| name);
        names.position(|other| other == name).expect("a checked scenario")
    }

    fn name(&self, place: usize) -> &'a str {
        self.scenario.prims.iter().nth(place).map_or("?", |(name, _)| name)
    }
}

impl Worker<'_> {
    fn permits(&self, semaphore: usize) -> usize {
        self.permits.iter().filter(|(held, _)| *held == semaphore).count()
    }
}

impl Running<'_> {
    /// Drops the future, finished or not, and checks that it leaves no waker behind.
    fn end(self) -> Result<(), Trouble> {
        let Self { future, waker, mut replaced, .. } = self;
        drop(future);
        replaced.push(waker);
        if replaced.iter().any(|waker| Arc::strong_count(waker) > 1) {
            return Err("a future left its waker behind".to_owned().into());
        }
        Ok(())
    }
}

impl<'a> Outcome<'a> {
    fn ok(got: Option<Got<'a>>) -> Self {
        Self { result: json!("ok"), got }
    }
}

fn keep_guard<'a>(
    lock: usize,
    then: Then,
    acquiring: BoxFuture<'a, BoxGuard<'a>>,
) -> BoxFuture<'a, Outcome<'a>> {
    Box::pin(async move {
        let guard = acquiring.await;
        if then == Then::Keep {
            Outcome::ok(Some(Got::Guard(lock, guard)))
        } else {
            guard.release();
            Outcome::ok(None)
        }
    })
}

fn not_held(worker: usize, what: &str) -> Trouble {
    format!("worker {worker} does not hold {what}").into()
}
