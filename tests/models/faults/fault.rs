//! Faults, as parsed from the comments of the models.
//!
//! The comment of a model has a block for each fault that it has to catch:
//!
//! ````text
//! ```fault
//! lock/monitor/release.rs, Turn::drop: a release does not publish the holder's writes
//! - Ordering::Release
//! + Ordering::Relaxed
//! ```
//! ````
//!
//! The head names a file below `primitives/src` and a function or constant in it, with its type
//! where the name alone is ambiguous (`Permit::drop`), then says what is wrong. The text after `-`
//! is replaced by the text after `+`, or removed. It is compared token by token and has to occur
//! exactly once, so layout and context don't matter. Several changes may follow each other;
//! adjacent lines with the same sign are one text.

use std::fmt;

use crate::Result;

/// A model, by its name in the test binary, and the faults that it has to catch.
#[derive(Debug, PartialEq)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) faults: Vec<Fault>,
}

/// A change of one function that makes the library wrong.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    /// Relative to `primitives/src`.
    pub(crate) file: String,
    /// A function or constant in the file, as `name` or `Type::name`.
    pub(crate) item: String,
    pub(crate) wrong: String,
    pub(crate) changes: Vec<Change>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.file, self.item, self.wrong)
    }
}

/// Parses the models of `module` from its source.
pub(crate) fn read(module: &str, text: &str) -> Result<Vec<Model>> {
    let mut models = Vec::new();
    let mut comment = Vec::new();
    let mut is_model = false;
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("///") {
            comment.push(line.strip_prefix(' ').unwrap_or(line));
        } else if line == "#[test]" {
            is_model = true;
        } else {
            let name = line.strip_prefix("fn ").and_then(|line| line.strip_suffix("() {"));
            if let (Some(name), true) = (name, is_model) {
                let name = format!("{module}::{name}");
                let faults = faults(&comment).map_err(|error| format!("{name}: {error}"))?;
                models.push(Model { name, faults });
            }
            comment.clear();
            is_model = false;
        }
    }
    Ok(models)
}

/// Parses the faults from the lines of a comment.
fn faults(comment: &[&str]) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let mut lines = comment.iter().copied();
    while lines.any(|line| line == "```fault") {
        let head = lines.next().unwrap_or_default();
        let (place, wrong) = head
            .split_once(": ")
            .and_then(|(place, wrong)| Some((place.split_once(", ")?, wrong)))
            .ok_or_else(|| format!("`{head}` is not `FILE, FUNCTION: what is wrong`"))?;
        let changes = changes(lines.by_ref().take_while(|line| *line != "```"))
            .map_err(|error| format!("{head}: {error}"))?;
        faults.push(Fault {
            file: place.0.to_owned(),
            item: place.1.to_owned(),
            wrong: wrong.to_owned(),
            changes,
        });
    }
    Ok(faults)
}

fn changes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Change>> {
    let mut changes: Vec<Change> = Vec::new();
    let mut before = '+';
    for line in lines {
        let (sign, code) = match line.split_at_checked(1) {
            Some(("-", code)) => ('-', code),
            Some(("+", code)) => ('+', code),
            _ => return Err(format!("`{line}` does not begin with `-` or `+`").into()),
        };
        if (before, sign) == ('+', '-') {
            changes.push(Change::default());
        }
        let change = changes.last_mut().ok_or("a `+` does not follow a `-`")?;
        let text = if sign == '-' { &mut change.from } else { &mut change.to };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(code.trim());
        before = sign;
    }
    if changes.is_empty() {
        return Err("no change".into());
    }
    if changes.iter().any(|change| change.from.is_empty()) {
        return Err("an empty `-`".into());
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: &str, to: &str) -> Change {
        Change { from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn faults_are_read_from_comments_of_tests() {
        let text = "\
/// What it models.
///
/// ```fault
/// queue.rs, Word::of: it is wrong
/// - a
/// + b
/// ```
/// ```fault
/// lock.rs, poll: so is this: too
/// - a {
/// -     b
/// - }
/// ```
#[test]
fn first() {
}

/// ```fault
/// not, of: a test
/// ```
fn helper() {
}
";
        let fault = |file: &str, item: &str, wrong: &str, changes| Fault {
            file: file.to_owned(),
            item: item.to_owned(),
            wrong: wrong.to_owned(),
            changes,
        };
        let faults = vec![
            fault("queue.rs", "Word::of", "it is wrong", vec![change("a", "b")]),
            fault("lock.rs", "poll", "so is this: too", vec![change("a {\nb\n}", "")]),
        ];
        assert_eq!(read("lock", text).unwrap(), [Model { name: "lock::first".to_owned(), faults }]);
    }

    #[test]
    fn several_changes_make_one_fault() {
        let lines = ["- a", "+ b", "+ c", "- d", "- e", "+ f"];
        assert_eq!(changes(lines.into_iter()).unwrap(), [change("a", "b\nc"), change("d\ne", "f")]);
    }

    #[test]
    fn malformed_faults_are_refused() {
        let error = |lines: &[&str]| faults(lines).unwrap_err().to_string();
        assert_eq!(
            error(&["```fault", "queue.rs: wrong", "- a", "```"]),
            "`queue.rs: wrong` is not `FILE, FUNCTION: what is wrong`"
        );
        assert_eq!(error(&["```fault", "a, b: c", "```"]), "a, b: c: no change");
        assert_eq!(error(&["```fault", "a, b: c", "-", "```"]), "a, b: c: an empty `-`");
        assert_eq!(error(&["```fault", "a, b: c", "+ d"]), "a, b: c: a `+` does not follow a `-`");
        assert_eq!(
            error(&["```fault", "a, b: c", "  d"]),
            "a, b: c: `  d` does not begin with `-` or `+`"
        );
    }
}
