//! Waits that are refused, put right: the compiler would complain of them once more.

use proc_macro2::{Delimiter, Group};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, Stmt};

use super::given::unlimited;
use crate::sync_block::parse::Input;
use crate::sync_block::place::Place;
use crate::sync_block::read::{Body, WAITS, name_of};

/// The block without the statements that wait by something else than a guard, which may be a
/// condition; and with the guards taken back where a wait's were thrown away.
pub(super) fn without_refused_waits(input: &Input) -> Body {
    struct Refused<'a>(&'a Input);

    impl VisitMut for Refused<'_> {
        fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
            if let Some(call) = thrown_away(statement) {
                let guard = &call.receiver;
                if name_of(guard).is_some_and(|name| self.0.names().any(|guard| guard == name)) {
                    *statement = if call.method == "wait_for_some" {
                        syn::parse_quote!((#guard, _) = #call.await;)
                    } else {
                        syn::parse_quote!(#guard = #call.await;)
                    };
                    return;
                }
            }
            let value = match statement {
                Stmt::Expr(Expr::Assign(assigned), Some(_)) => &*assigned.right,
                Stmt::Expr(value, Some(_)) => value,
                _ => return visit_mut::visit_stmt_mut(self, statement),
            };
            let waits = match value {
                Expr::Await(awaited) => match unlimited(&awaited.base) {
                    Expr::MethodCall(call) => waits_by_another(call, self.0),
                    _ => false,
                },
                _ => false,
            };
            if waits {
                *statement = syn::parse_quote!({});
            } else {
                visit_mut::visit_stmt_mut(self, statement);
            }
        }

        fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
        fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }

    let mut statements = input.body.statements().unwrap_or_default().to_vec();
    for statement in &mut statements {
        Refused(input).visit_stmt_mut(statement);
    }
    let mut braces = Group::new(Delimiter::Brace, quote!(#(#statements)*));
    braces.set_span(input.body.braces.span());
    Body::new(braces)
}

/// The wait by a name whose result this statement throws away.
pub(super) fn thrown_away(statement: &Stmt) -> Option<&ExprMethodCall> {
    let Stmt::Expr(Expr::Await(awaited), Some(_)) = statement else { return None };
    match &*awaited.base {
        Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => {
            name_of(&call.receiver).map(|_| call)
        }
        _ => None,
    }
}

/// Whether it is a wait by what may be a condition: a field, or what the block has entered itself.
pub(super) fn waits_by_another(call: &ExprMethodCall, input: &Input) -> bool {
    let receiver = Place::of(&call.receiver);
    let entered = || input.entries.iter().any(|entry| Place::of(&entry.lock) == receiver);
    WAITS.iter().any(|wait| call.method == wait)
        && receiver.is_some()
        && (matches!(&*call.receiver, Expr::Field(_)) || entered())
}
