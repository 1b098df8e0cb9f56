//! What was seen against what was to be seen.

use serde::Serialize;
use serde_json::Value;

use crate::scenario::{Command, Done, Observation};

/// Where a replay went another way than the recording.
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
    /// What was to be seen, as JSON.
    pub expected: Value,
    /// What was seen, as JSON.
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
    serde_json::to_value(value).expect("nothing here but numbers, strings, lists and maps")
}

impl Observation {
    /// Whether `seen` shows all that is to be seen.
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

/// A recording may ask for less of a barrier's result than there is to see.
fn result_matches(expected: &Value, seen: &Value) -> bool {
    match (expected, seen) {
        (Value::String(passed), Value::Object(_)) => passed == "passed",
        (Value::Object(expected), Value::Object(seen)) => {
            expected.iter().all(|(key, value)| seen.get(key) == Some(value))
        }
        _ => expected == seen,
    }
}
