//! The same lock entered again inside its own block: a self-deadlock.

use std::collections::HashSet;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprMethodCall, Ident, Macro, PatIdent};

use super::parse::Input;
use super::place::Place;
use super::read::{Contents, Macros, WAITS, mentions, name_of};

/// The expressions of nested blocks' locks that lead where one of this block's locks does.
pub(super) fn entered_again(input: &Input, macros: &Macros) -> Vec<Expr> {
    if !input.body.mentions(&["sync_block", "acquire", "blocking_acquire", "when", "within"]) {
        return Vec::new();
    }
    let Some(statements) = input.body.statements() else {
        return Vec::new();
    };
    let mut changes = Changes { macros, changed: HashSet::new() };
    changes.names(input);
    for statement in statements {
        changes.visit_stmt(statement);
    }

    let held = input.entries.iter().filter_map(|entry| {
        let place = Place::of(&entry.lock).filter(|place| !place.mentions(&changes.changed))?;
        Some((place, entry.name.as_ref()))
    });
    let mut again = Again {
        macros,
        held: held.collect(),
        released: HashSet::new(),
        may_await: input.may_await,
        found: Vec::new(),
    };
    for statement in statements {
        again.visit_stmt(statement);
    }
    again.found
}

/// The names that may mean something else in one part of a block than in another.
struct Changes<'a> {
    macros: &'a Macros,
    changed: HashSet<String>,
}

impl Changes<'_> {
    fn names(&mut self, input: &Input) {
        self.changed.extend(input.names().map(ToString::to_string));
    }

    /// The place is written to.
    fn written(&mut self, place: &Expr) {
        if let Expr::Tuple(places) = place {
            places.elems.iter().for_each(|place| self.written(place));
        } else if let Some(name) = name_of(place) {
            self.changed.insert(name.to_string());
        }
    }
}

impl Visit<'_> for Changes<'_> {
    fn visit_pat_ident(&mut self, pattern: &PatIdent) {
        self.changed.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_assign(&mut self, expr: &syn::ExprAssign) {
        self.written(&expr.left);
        visit::visit_expr_assign(self, expr);
    }

    fn visit_expr_binary(&mut self, expr: &syn::ExprBinary) {
        let assigns = matches!(
            expr.op,
            BinOp::AddAssign(_)
                | BinOp::SubAssign(_)
                | BinOp::MulAssign(_)
                | BinOp::DivAssign(_)
                | BinOp::RemAssign(_)
                | BinOp::BitXorAssign(_)
                | BinOp::BitAndAssign(_)
                | BinOp::BitOrAssign(_)
                | BinOp::ShlAssign(_)
                | BinOp::ShrAssign(_)
        );
        if assigns {
            self.written(&expr.left);
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_reference(&mut self, expr: &syn::ExprReference) {
        if expr.mutability.is_some() {
            self.changed.extend(name_of(&expr.expr).map(ToString::to_string));
        }
        visit::visit_expr_reference(self, expr);
    }

    fn visit_macro(&mut self, call: &Macro) {
        match &*self.macros.contents(call) {
            Contents::Block(nested) => {
                self.names(nested);
                for statement in nested.body.statements().unwrap_or_default() {
                    self.visit_stmt(statement);
                }
            }
            Contents::Expressions(all) => all.iter().for_each(|expr| self.visit_expr(expr)),
            Contents::Statements(all) => all.iter().for_each(|stmt| self.visit_stmt(stmt)),
            Contents::BrokenBlock | Contents::Tokens(_) => {}
        }
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}

/// Finds the nested blocks that enter a lock which is held there, and the calls that wait for it.
/// It does not look where the outer block may be over: async blocks, closures, items, and what
/// follows a release of the guard, or a move of it into one of those.
struct Again<'a> {
    macros: &'a Macros,
    held: Vec<(Place, Option<&'a Ident>)>,
    /// The guards that were given away so far.
    released: HashSet<String>,
    /// Whether all the blocks around what is looked at may await. What else is awaited is reported
    /// for that.
    may_await: bool,
    found: Vec<Expr>,
}

impl Again<'_> {
    fn is_guard(&self, expr: &Expr) -> bool {
        name_of(expr).is_some_and(|name| {
            self.held.iter().any(|(_, guard)| guard.is_some_and(|guard| guard == name))
        })
    }

    /// Visits an expression that is used by reference, so that a guard there is not given away.
    fn visit_borrowed(&mut self, expr: &Expr) {
        if !self.is_guard(expr) {
            self.visit_expr(expr);
        }
    }

    /// Something is assigned to the place. Where that is a guard, it is there again.
    fn given(&mut self, place: &Expr) {
        match (place, name_of(place)) {
            (_, Some(name)) => {
                self.released.remove(&name.to_string());
            }
            (Expr::Tuple(places), None) => places.elems.iter().for_each(|place| self.given(place)),
            (place, None) => self.visit_expr(place),
        }
    }

    /// A closure or async block, which moves the guards that it uses by value, or all that it mentions.
    /// They may be gone when it is dropped, or has run.
    fn moved_into(&mut self, moves_all: bool, code: &impl ToTokens, look: impl FnOnce(&mut Self)) {
        if moves_all {
            let guards = self.held.iter().filter_map(|(_, guard)| *guard);
            let moved =
                guards.filter(|guard| mentions(code.to_token_stream(), &|name| name == *guard));
            self.released.extend(moved.map(ToString::to_string));
        } else {
            // The lock may not be held any more when this runs, so what it enters is no mistake.
            let found = self.found.len();
            look(self);
            self.found.truncate(found);
        }
    }

    fn entered(&mut self, lock: &Expr) {
        let Some(place) = Place::of(lock) else { return };
        let held = self.held.iter().any(|(held, guard)| {
            *held == place && !guard.is_some_and(|guard| self.released.contains(&guard.to_string()))
        });
        if held {
            self.found.push(lock.clone());
        }
    }
}

impl Visit<'_> for Again<'_> {
    fn visit_macro(&mut self, call: &Macro) {
        match &*self.macros.contents(call) {
            Contents::Block(nested) => {
                for entry in &nested.entries {
                    self.entered(&entry.lock);
                }
                let may_await = self.may_await;
                self.may_await &= nested.may_await;
                for statement in nested.body.statements().unwrap_or_default() {
                    self.visit_stmt(statement);
                }
                self.may_await = may_await;
            }
            // `println!("{}", guard)` takes a reference: nothing is given away here.
            Contents::Expressions(all) => all.iter().for_each(|expr| self.visit_borrowed(expr)),
            Contents::Statements(all) => all.iter().for_each(|stmt| self.visit_stmt(stmt)),
            Contents::BrokenBlock | Contents::Tokens(_) => {}
        }
    }

    fn visit_expr_path(&mut self, expr: &syn::ExprPath) {
        // Whoever gets here uses the name by value.
        self.released.extend(expr.path.get_ident().map(ToString::to_string));
    }

    fn visit_expr_await(&mut self, expr: &syn::ExprAwait) {
        if let Some(lock) = acquired(&expr.base).filter(|_| self.may_await) {
            self.entered(lock);
        }
        visit::visit_expr_await(self, expr);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        if call.method == "blocking_acquire" {
            self.entered(&call.receiver);
        }
        if call.method == "release" || WAITS.iter().any(|wait| call.method == wait) {
            self.visit_expr(&call.receiver);
        } else {
            self.visit_borrowed(&call.receiver);
        }
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_field(&mut self, expr: &syn::ExprField) {
        self.visit_borrowed(&expr.base);
    }

    fn visit_expr_index(&mut self, expr: &syn::ExprIndex) {
        self.visit_borrowed(&expr.expr);
        self.visit_expr(&expr.index);
    }

    fn visit_expr_unary(&mut self, expr: &syn::ExprUnary) {
        self.visit_borrowed(&expr.expr);
    }

    fn visit_expr_reference(&mut self, expr: &syn::ExprReference) {
        self.visit_borrowed(&expr.expr);
    }

    fn visit_expr_assign(&mut self, expr: &syn::ExprAssign) {
        self.visit_expr(&expr.right);
        self.given(&expr.left);
    }

    fn visit_expr_async(&mut self, expr: &syn::ExprAsync) {
        self.moved_into(expr.capture.is_some(), &expr.block, |this| this.visit_block(&expr.block));
    }

    fn visit_expr_closure(&mut self, expr: &syn::ExprClosure) {
        self.moved_into(expr.capture.is_some(), &expr.body, |this| this.visit_expr(&expr.body));
    }

    fn visit_expr_const(&mut self, _: &syn::ExprConst) {}
    fn visit_item(&mut self, _: &syn::Item) {}
}

/// What awaiting the expression acquires, if that shows.
fn acquired(awaited: &Expr) -> Option<&Expr> {
    let Expr::MethodCall(call) = awaited else { return None };
    match (call.method.to_string().as_str(), call.args.len()) {
        ("acquire", 0) | ("when", 1) => Some(&call.receiver),
        ("within", 1) => acquired(&call.receiver).or(Some(&call.receiver)),
        _ => None,
    }
}
