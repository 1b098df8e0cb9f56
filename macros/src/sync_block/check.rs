//! The rules of `sync_block!` beyond its grammar.

use std::collections::HashSet;

use syn::Expr;

use super::parse::Input;
use super::place::Place;
use super::{again, awaits};
use crate::diag::{Errors, shown};

/// Checks the block, and returns the expressions of the locks that it enters again inside itself:
/// whether that is wrong depends on their types (a semaphore can be), so the compiler has to say.
pub(crate) fn check(input: &mut Input, errors: &mut Errors) -> Vec<Expr> {
    names_differ(input, errors);
    locks_differ(input, errors);
    if let Some(body) = awaits::check(input, errors) {
        input.body = body;
    }
    again::entered_again(input)
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
                    "`{}` is named twice, and the block would wait for itself: leave one of them out",
                    shown(&entry.lock)
                ),
            );
        }
        seen.push(place);
    }
}
