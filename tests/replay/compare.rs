//! Compares the observed state with the recording.

use serde::Serialize;
use serde_json::Value;

use crate::scenario::{Command, Done, Observation};

/// The first difference between a replay and its recording.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// The scenario.
    pub id: String,
    /// The number of the step, from 0.
    pub step: usize,
    /// What is wrong.
    pub what: String,
    /// The commands of the step, as JSON.
    #[serde(rename = "do")]
    pub commands: Value,
    /// The expected observation, as JSON.
    pub expected: Value,
    /// The actual observation, as JSON.
    pub seen: Value,
}

impl Failure {
    pub(crate) fn new(
        id: &str,
        step: usize,
        what: &str,
        commands: &[Command],
        expected: &Observation,
        seen: Option<&Observation>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            step,
            what: what.to_owned(),
            commands: to_value(commands),
            expected: to_value(expected),
            seen: seen.map_or(Value::Null, to_value),
        }
    }
}

fn to_value<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).expect("only numbers, strings, lists and maps")
}

impl Observation {
    /// Whether `seen` agrees with everything that the recording expects.
    pub(crate) fn matches(&self, seen: &Self) -> bool {
        self.done.len() == seen.done.len()
            && self.done.iter().zip(&seen.done).all(|(expected, seen)| expected.matches(seen))
            && self.cancelled == seen.cancelled
            && self.replies == seen.replies
            && self.blocked == seen.blocked
            && self.state == seen.state
    }
}

impl Done {
    fn matches(&self, seen: &Self) -> bool {
        let Self(worker, op, on, result) = self;
        *worker == seen.0 && *op == seen.1 && *on == seen.2 && result_matches(result, &seen.3)
    }
}

/// A recording may omit parts of a barrier's result.
fn result_matches(expected: &Value, seen: &Value) -> bool {
    match (expected, seen) {
        (Value::String(passed), Value::Object(_)) => passed == "passed",
        (Value::Object(expected), Value::Object(seen)) => {
            expected.iter().all(|(key, value)| seen.get(key) == Some(value))
        }
        _ => expected == seen,
    }
}
