//! The rules of `sync_block!` beyond its grammar.

use std::collections::HashSet;

use syn::Expr;

use super::parse::{Entry, Input};
use super::place::Place;
use super::{again, awaits};
use crate::diag::{Errors, shown};

/// What the expansion needs to know of the user's block.
pub(crate) struct Findings {
    /// The locks that the block enters again inside itself. Whether that is wrong depends on their
    /// types (a semaphore can be), so the compiler has to say.
    pub(crate) entered_again: Vec<Expr>,
    /// Whether the block assigns to one of its guards, as it does with what a wait gives back.
    pub(crate) assigns_guard: bool,
}

pub(crate) fn check(input: &mut Input, errors: &mut Errors) -> Findings {
    names_differ(input, errors);
    locks_differ(input, errors);
    limit_is_last(input, errors);
    input.move_limits_to_last();
    if let Some(body) = awaits::check(input, errors) {
        input.body = body;
    }
    Findings {
        entered_again: again::entered_again(input),
        assigns_guard: again::assigns_guard(input),
    }
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
