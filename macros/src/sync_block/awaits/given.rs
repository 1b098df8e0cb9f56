//! What is given to that which is awaited.

use syn::{Expr, Ident};

use crate::sync_block::read::{WAITS, name_of};

/// The names that are passed by value to what this expression calls: a guard among them is gone from
/// the block, as in `helper(state)`, `self.helper(state)`, `state.wait(…)` and calls around those.
pub(super) fn given(called: &Expr) -> Vec<&Ident> {
    let mut names = Vec::new();
    match called {
        Expr::Call(call) => call.args.iter().for_each(|argument| passed(argument, &mut names)),
        Expr::MethodCall(call) => {
            if WAITS.iter().any(|wait| call.method == wait) {
                passed(&call.receiver, &mut names);
            } else {
                names.extend(given(&call.receiver));
            }
            call.args.iter().for_each(|argument| passed(argument, &mut names));
        }
        Expr::Paren(inner) => names.extend(given(&inner.expr)),
        Expr::Group(inner) => names.extend(given(&inner.expr)),
        Expr::Try(inner) => names.extend(given(&inner.expr)),
        _ => {}
    }
    names
}

fn passed<'a>(argument: &'a Expr, names: &mut Vec<&'a Ident>) {
    match (name_of(argument), argument) {
        (Some(name), _) => names.push(name),
        (None, Expr::Tuple(tuple)) => tuple.elems.iter().for_each(|value| passed(value, names)),
        (None, argument) => names.extend(given(argument)),
    }
}

/// The name that is passed by reference to what this expression calls: a guard there stays in the block,
/// and what is awaited keeps its lock.
pub(super) fn lent(called: &Expr) -> Option<&Ident> {
    let arguments = match called {
        Expr::Call(call) => &call.args,
        Expr::MethodCall(call) => &call.args,
        _ => return None,
    };
    arguments.iter().find_map(|argument| match argument {
        Expr::Reference(reference) => name_of(&reference.expr),
        _ => None,
    })
}

/// A wait without its limit: `state.wait(…)` of `state.wait(…).within(…)`.
pub(super) fn unlimited(awaited: &Expr) -> &Expr {
    match awaited {
        Expr::MethodCall(limit) if limit.method == "within" => match &*limit.receiver {
            Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => {
                &limit.receiver
            }
            _ => awaited,
        },
        _ => awaited,
    }
}
