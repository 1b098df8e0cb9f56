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

/// The guard that a wait returns is thrown away, and used after.
pub(super) fn takes_back(guard: &Ident, call: &ExprMethodCall, has_limit: bool) -> String {
    let method = &call.method;
    let arguments = call.args.iter().map(|argument| match argument {
        Expr::Closure(_) => "…".to_owned(),
        argument => shown(argument),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    format!(
        "a wait takes the guard and gives it back: write `{} = \
         {guard}.{method}({arguments}){}.await`",
        given_back(guard, method, has_limit),
        limit(has_limit),
    )
}

/// What a wait returns.
fn given_back(guard: &Ident, method: &Ident, has_limit: bool) -> String {
    match (method == "wait_for_some", has_limit) {
        (true, _) => format!("({guard}, item)"),
        (false, true) => format!("({guard}, met)"),
        (false, false) => guard.to_string(),
    }
}

fn limit(has_limit: bool) -> &'static str {
    if has_limit { ".within(…)" } else { "" }
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
    let back = given_back(guard, &call.method, has_limit);
    let limit = limit(has_limit);
    format!(
        "write `{back} = {guard}.{}({arguments}){limit}.await` if `{condition}` is a condition, \
         {MOVE_OUT} if it is not",
        call.method
    )
}

/// What to do with a helper that is awaited with a reference to the guard.
pub(super) fn give_the_guard(guard: &Ident) -> String {
    format!(
        "let the helper take `{guard}` and give it back, as in `{guard} = helper({guard}).await`"
    )
}

/// What to do with the acquisition of a lock that is not held.
pub(super) fn enter_it(lock: &Expr) -> String {
    let lock = shown(lock);
    format!("enter `{lock}` in the head of this block, too, or by a `sync_block!` inside it")
}

/// A lock is acquired by this expression that the block holds.
pub(super) fn held_already(entry: &Entry, lock: &Expr) -> String {
    let instead = match &entry.name {
        Some(name) => format!("use its guard `{name}`"),
        None => "give its guard a name, and use that".to_owned(),
    };
    let (entered, lock) = (shown(without_reference(&entry.lock)), shown(without_reference(lock)));
    let by_another_name =
        if entered == lock { String::new() } else { format!(", entered as `{entered}`") };
    format!(
        "`{lock}` is held here already{by_another_name}: {instead} instead of acquiring it again, or \
         end the block first"
    )
}

/// `self.lock` of `(&self.lock)`.
fn without_reference(lock: &Expr) -> &Expr {
    match lock {
        Expr::Paren(inner) => without_reference(&inner.expr),
        Expr::Group(inner) => without_reference(&inner.expr),
        Expr::Reference(inner) => without_reference(&inner.expr),
        lock => lock,
    }
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
