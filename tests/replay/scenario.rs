//! The format of recordings.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use underlock::Semaphore;

/// The maximum number of conditions of a lock.
pub(crate) const MOST_CONDITIONS: usize = 8;

/// The maximum number of tasks, each of which takes memory.
const MOST_TASKS: usize = 1_000_000;

/// Recordings of a difference that `underlock` does not have. Notify a waiter, release and acquire
/// again before it has run: as in asyncio the lock may be barged, since a notified waiter queues
/// for it only when it runs.
const AS_ASYNCIO: [&str; 1] = ["D2-notify-then-acquire"];

/// One recorded run.
#[derive(Debug, Deserialize)]
pub struct Scenario {
    /// Its identifier.
    pub id: String,
    pub(crate) tasks: usize,
    pub(crate) prims: Prims,
    pub(crate) steps: Vec<Step>,
}

/// The primitives by name, in the order of the file.
#[derive(Debug)]
pub(crate) struct Prims(Vec<(String, Spec)>);

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Spec {
    Lock,
    Condition { lock: String },
    Event,
    Semaphore { value: usize },
    BoundedSemaphore { value: usize },
    Barrier { parties: usize },
}

#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    #[serde(rename = "do")]
    pub(crate) commands: Vec<Command>,
    see: Observation,
    /// For recordings of a difference: the expected state in Rust.
    rust: Option<Observation>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Command {
    #[serde(rename = "t")]
    pub(crate) worker: usize,
    #[serde(flatten)]
    pub(crate) op: Op,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Op {
    Acquire {
        on: String,
        #[serde(default, skip_serializing_if = "Then::is_keep")]
        then: Then,
    },
    Release {
        on: String,
    },
    Add {
        on: String,
    },
    Wait {
        on: String,
        #[serde(default, skip_serializing_if = "Then::is_keep")]
        then: Then,
    },
    WaitFor {
        on: String,
        k: i64,
        #[serde(default, skip_serializing_if = "Then::is_keep")]
        then: Then,
    },
    Notify {
        on: String,
        n: usize,
    },
    NotifyAll {
        on: String,
    },
    SetCounter {
        on: String,
        v: i64,
    },
    Set {
        on: String,
    },
    Clear {
        on: String,
    },
    BarrierWait {
        on: String,
        #[serde(default = "once")]
        times: usize,
    },
    BarrierReset {
        on: String,
    },
    BarrierAbort {
        on: String,
    },
    Cancel,
    Locked {
        on: String,
    },
    IsSet {
        on: String,
    },
    NWaiting {
        on: String,
    },
    Broken {
        on: String,
    },
}

fn once() -> usize {
    1
}

/// What an operation does with its result, before it counts as complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    #[default]
    Keep,
    Release,
    Take,
}

/// The observable state after a step. Empty fields are omitted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Observation {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) done: Vec<Done>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cancelled: Vec<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) replies: Vec<(usize, Value)>,
    pub(crate) blocked: Vec<usize>,
    pub(crate) state: Map<String, Value>,
}

/// Worker, operation, primitive, result.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Done(pub(crate) usize, pub(crate) String, pub(crate) String, pub(crate) Value);

// === impl Scenario ===

impl Scenario {
    /// Parses one line of a file.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let scenario: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        scenario.check().map_err(|error| format!("scenario {}: {error}", scenario.id))?;
        Ok(scenario)
    }

    /// The expected state after `step`.
    pub(crate) fn expected<'a>(&self, step: &'a Step) -> &'a Observation {
        let as_asyncio = AS_ASYNCIO.contains(&self.id.as_str());
        step.rust.as_ref().filter(|_| !as_asyncio).unwrap_or(&step.see)
    }

    /// Rejects scenarios that can't be replayed, whatever the primitives do.
    fn check(&self) -> Result<(), String> {
        for (name, spec) in self.prims.iter() {
            match spec {
                Spec::Condition { lock } => {
                    if !matches!(self.prims.get(lock), Some(Spec::Lock)) {
                        return Err(format!("the lock of condition {name} is {lock}, not a lock"));
                    }
                    if self.prims.side(name).is_none_or(|side| side >= MOST_CONDITIONS) {
                        return Err(format!(
                            "{lock} has more than {MOST_CONDITIONS} conditions, which is all \
                             there are here"
                        ));
                    }
                }
                Spec::Barrier { parties: 0 } => {
                    return Err(format!("barrier {name} has no parties"));
                }
                Spec::Semaphore { value } | Spec::BoundedSemaphore { value }
                    if *value > Semaphore::MAX_PERMITS =>
                {
                    return Err(format!("{name} has {value} permits, which no semaphore can hold"));
                }
                _ => {}
            }
        }
        if self.tasks > MOST_TASKS {
            return Err(format!("{} tasks, more than {MOST_TASKS}", self.tasks));
        }
        for (number, step) in self.steps.iter().enumerate() {
            for command in &step.commands {
                self.check_command(command).map_err(|error| format!("step {number}: {error}"))?;
            }
        }
        Ok(())
    }

    fn check_command(&self, command: &Command) -> Result<(), String> {
        if command.worker >= self.tasks {
            return Err(format!("no worker {}", command.worker));
        }
        let Some(on) = command.op.on() else { return Ok(()) };
        let spec = self.prims.get(on).ok_or_else(|| format!("no primitive {on}"))?;
        let semaphore = matches!(spec, Spec::Semaphore { .. } | Spec::BoundedSemaphore { .. });
        let lock = matches!(spec, Spec::Lock);
        let condition = matches!(spec, Spec::Condition { .. });
        let event = matches!(spec, Spec::Event);
        let barrier = matches!(spec, Spec::Barrier { .. });
        let fits = match &command.op {
            Op::Acquire { then, .. } => (lock || semaphore) && *then != Then::Take,
            Op::Release { .. } | Op::Locked { .. } => lock || semaphore,
            Op::Add { .. } => matches!(spec, Spec::Semaphore { .. }),
            Op::Wait { then, .. } => {
                condition && *then != Then::Take || event && *then == Then::Keep
            }
            Op::WaitFor { .. } | Op::Notify { .. } | Op::NotifyAll { .. } => condition,
            Op::SetCounter { .. } => lock,
            Op::Set { .. } | Op::Clear { .. } | Op::IsSet { .. } => event,
            Op::BarrierWait { times, .. } => barrier && *times > 0,
            Op::BarrierReset { .. }
            | Op::BarrierAbort { .. }
            | Op::NWaiting { .. }
            | Op::Broken { .. } => barrier,
            Op::Cancel => true,
        };
        if fits { Ok(()) } else { Err(format!("{on} does not support {}", command.op.name())) }
    }
}

// === impl Prims ===

impl Prims {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Spec)> {
        self.0.iter().map(|(name, spec)| (name.as_str(), spec))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Spec> {
        self.iter().find(|(other, _)| *other == name).map(|(_, spec)| spec)
    }

    /// The number of conditions of this lock.
    pub(crate) fn conditions(&self, lock: &str) -> usize {
        self.siblings(lock).count()
    }

    /// The number of this condition among those of its lock.
    pub(crate) fn side(&self, condition: &str) -> Option<usize> {
        let Some(Spec::Condition { lock }) = self.get(condition) else { return None };
        self.siblings(lock).position(|name| name == condition)
    }

    fn siblings(&self, lock: &str) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(move |(_, spec)| matches!(spec, Spec::Condition { lock: its } if its == lock))
            .map(|(name, _)| name)
    }
}

impl<'de> Deserialize<'de> for Prims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Prims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("primitives by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Prims, A::Error> {
                let mut prims = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    prims.push(entry);
                }
                Ok(Prims(prims))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

// === impl Op, Then ===

impl Then {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

impl Op {
    /// The primitive that it operates on.
    pub(crate) fn on(&self) -> Option<&str> {
        match self {
            Self::Acquire { on, .. }
            | Self::Release { on }
            | Self::Add { on }
            | Self::Wait { on, .. }
            | Self::WaitFor { on, .. }
            | Self::Notify { on, .. }
            | Self::NotifyAll { on }
            | Self::SetCounter { on, .. }
            | Self::Set { on }
            | Self::Clear { on }
            | Self::BarrierWait { on, .. }
            | Self::BarrierReset { on }
            | Self::BarrierAbort { on }
            | Self::Locked { on }
            | Self::IsSet { on }
            | Self::NWaiting { on }
            | Self::Broken { on } => Some(on),
            Self::Cancel => None,
        }
    }

    /// Its name in the file.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Acquire { .. } => "acquire",
            Self::Release { .. } => "release",
            Self::Add { .. } => "add",
            Self::Wait { .. } => "wait",
            Self::WaitFor { .. } => "wait_for",
            Self::Notify { .. } => "notify",
            Self::NotifyAll { .. } => "notify_all",
            Self::SetCounter { .. } => "set_counter",
            Self::Set { .. } => "set",
            Self::Clear { .. } => "clear",
            Self::BarrierWait { .. } => "barrier_wait",
            Self::BarrierReset { .. } => "barrier_reset",
            Self::BarrierAbort { .. } => "barrier_abort",
            Self::Cancel => "cancel",
            Self::Locked { .. } => "locked",
            Self::IsSet { .. } => "is_set",
            Self::NWaiting { .. } => "n_waiting",
            Self::Broken { .. } => "broken",
        }
    }
}
