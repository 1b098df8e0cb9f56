//! The rules of `sync_block!` beyond its grammar.

use std::collections::HashSet;

use syn::Expr;

use super::parse::{Entry, Input};
use super::place::Place;
use super::read::{Body, Macros};
use super::{again, assigned, awaits, instances};
use crate::diag::{Errors, shown};

/// A block that was checked, as it is to be expanded.
pub(crate) struct Checked {
    pub(crate) entries: Vec<Entry>,
    pub(crate) body: Body,
    /// The locks that the block enters again inside itself. Whether that is wrong depends on their
    /// types (a semaphore can be), so the compiler has to say.
    pub(crate) entered_again: Vec<Expr>,
}

pub(crate) fn check(mut input: Input, errors: &mut Errors) -> Checked {
    names_differ(&input, errors);
    locks_differ(&input, errors);
    limit_is_last(&input, errors);
    instances::check(&input, errors);
    input.move_limits_to_last();
    let macros = Macros::default();
    let entered_again = again::entered_again(&input, &macros);
    if let Some(body) = awaits::check(&input, &macros, errors) {
        input.body = body;
    }
    if let Some(body) = assigned::read_after(&input) {
        input.body = body;
    }
    Checked { entries: input.entries, body: input.body, entered_again }
}

/// A limit holds for all of the block, and stands once.
fn limit_is_last(input: &Input, errors: &mut Errors) {
    let Some((last, others)) = input.entries.split_last() else { return };
    for entry in others {
        let Some(limit) = &entry.limit else { continue };
        let instead = if last.limit.is_some() {
            format!("leave out this `.{limit}`, `{}` has the limit already", shown(&last.head))
        } else {
            let arguments = if limit == "now" { "()" } else { "(…)" };
            format!(
                "write `{} = {}`, …, `{} = {}.{limit}{arguments}`",
                name(entry),
                shown(&entry.lock),
                name(last),
                shown(&last.lock)
            )
        };
        errors.at(
            limit.span(),
            format_args!(
                "a limit holds for all locks of a block, and stands on the last one: {instead}"
            ),
        );
    }
}

fn name(entry: &Entry) -> String {
    entry.name.as_ref().map_or_else(|| "_".to_owned(), ToString::to_string)
}

fn names_differ(input: &Input, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for name in input.names() {
        if !seen.insert(name.to_string()) {
            errors.at(
                name.span(),
                format_args!("`{name}` is bound twice: give each guard a name of its own"),
            );
        }
    }
}

fn locks_differ(input: &Input, errors: &mut Errors) {
    let mut seen: Vec<Place> = Vec::new();
    for entry in &input.entries {
        let Some(place) = Place::of(&entry.lock) else {
            continue;
        };
        if seen.contains(&place) {
            errors.on(
                &entry.lock,
                format_args!(
                    "`{}` is named twice, and this would deadlock: leave one of them out",
                    shown(&entry.lock)
                ),
            );
        }
        seen.push(place);
    }
}
