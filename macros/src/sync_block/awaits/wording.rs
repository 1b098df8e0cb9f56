//! What is said of an `.await`, and what to do instead.

use syn::{Expr, ExprMethodCall, Ident};

use crate::diag::{list, shown};
use crate::sync_block::parse::{Entry, Input};

/// What to do with most of what is awaited.
pub(super) const MOVE_OUT: &str = "move this `.await` out of the block";

/// Something is awaited that no plain block awaits.
pub(super) fn refused(input: &Input, held: &[&Entry], remedy: &str) -> String {
    let mut names = input.names();
    let waits = match (names.next(), names.next()) {
        (None, _) => "meanwhile".to_owned(),
        (Some(name), None) => format!("but its guard's own waits (`{name}.wait(…)`)"),
        (Some(name), Some(_)) => format!("but its guards' own waits (`{name}.wait(…)`)"),
    };
    format!(
        "{} here, and a block without `async` awaits nothing {waits}: {remedy}, or write \
         `async {{ … }}` if others may be kept waiting",
        are_held(held)
    )
}

/// A guard of a nested block waits, and the outer locks stay held.
pub(super) fn waits_inside(held: &[&Entry], released: &str) -> String {
    format!(
        "this wait lets go of {released} alone, and {} meanwhile: end the outer block first, or \
         make it `async {{ … }}` if others may be kept waiting",
        are_held(held)
    )
}

/// Some guards of several wait, and the locks of the others stay held.
pub(super) fn waits_beside(given: &[&Entry], kept: &[&Entry]) -> String {
    let given = locks(given);
    format!(
        "this wait lets go of {given} alone, and {} meanwhile: wait in a block of {given} first, or \
         write `async {{ … }}` if others may be kept waiting",
        are_held(kept)
    )
}

/// What to do with a wait by what may be a condition; `own` if that was entered by this block.
pub(super) fn wait_by_the_guard(
    input: &Input,
    call: &ExprMethodCall,
    own: bool,
    has_limit: bool,
) -> String {
    let mut names = input.names();
    let (Some(guard), None) = (names.next(), names.next()) else {
        return MOVE_OUT.to_owned();
    };
    let condition = shown(&call.receiver);
    let mut arguments = Vec::new();
    if !own {
        arguments.push(format!("&{condition}"));
    }
    if call.method != "wait" {
        arguments.push("…".to_owned());
    }
    let arguments = arguments.join(", ");
    let back = match (call.method == "wait_for_some", has_limit) {
        (true, _) => format!("({guard}, item)"),
        (false, true) => format!("({guard}, met)"),
        (false, false) => guard.to_string(),
    };
    let limit = if has_limit { ".within(…)" } else { "" };
    format!(
        "write `{back} = {guard}.{}({arguments}){limit}.await` if `{condition}` is a condition, \
         {MOVE_OUT} if it is not",
        call.method
    )
}

/// What to do with the acquisition of a lock that is not held.
pub(super) fn enter_it(lock: &Expr) -> String {
    let lock = shown(lock);
    format!("enter `{lock}` in the head of this block, too, or by a `sync_block!` inside it")
}

/// A lock is acquired that the block holds.
pub(super) fn held_already(entry: &Entry) -> String {
    let instead = match &entry.name {
        Some(name) => format!("use its guard `{name}`"),
        None => "give its guard a name, and use that".to_owned(),
    };
    format!(
        "`{}` is held here already: {instead} instead of acquiring it again, or end the block first",
        shown(&entry.lock)
    )
}

/// What to do with a macro that awaits.
pub(super) fn move_macro_out(name: &Ident) -> String {
    format!("move `{name}!`, which awaits, out of the block")
}

/// `self.lock` is held
fn are_held(held: &[&Entry]) -> String {
    let verb = if held.len() > 1 { "are" } else { "is" };
    format!("{} {verb} held", locks(held))
}

fn locks(entries: &[&Entry]) -> String {
    list(entries.iter().map(|entry| shown(&entry.lock)))
}
