//! Which names stand for a guard, and which guards are gone, as blocks and patterns come and go.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Ident, Pat};

use super::Awaits;
use super::given::unlimited;
use crate::sync_block::read::{WAITS, mentions, name_of};

impl Awaits<'_> {
    /// Looks at something whose names mean nothing after it.
    pub(super) fn scope(&mut self, look: impl FnOnce(&mut Self)) {
        let outside = (self.shadowed.clone(), self.released.clone());
        look(self);
        (self.shadowed, self.released) = outside;
    }

    /// Looks at something that may run again.
    pub(super) fn repeated(&mut self, look: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.in_a_loop, true);
        look(self);
        self.in_a_loop = outside;
    }

    /// Whether the name stands for a guard here.
    pub(super) fn is_guard(&self, name: &Ident) -> bool {
        !self.shadowed.contains(&name.to_string()) && self.guards().any(|guard| guard == name)
    }

    /// The value is dropped. If that is a guard its lock is released, for certain until the end of
    /// what is looked at: what comes after may also be reached another way.
    pub(super) fn release(&mut self, value: &Expr) {
        if let Some(name) = name_of(value).filter(|name| self.is_guard(name)) {
            self.released.insert(name.to_string());
        }
    }

    /// Something is assigned to the place. Where that is a guard, it is there again.
    pub(super) fn assigned(&mut self, place: &Expr) {
        match (place, name_of(place)) {
            (_, Some(name)) => {
                self.released.remove(&name.to_string());
            }
            (Expr::Tuple(places), None) => {
                places.elems.iter().for_each(|place| self.assigned(place));
            }
            _ => {}
        }
    }

    /// The names of this block's guards, and of those of the blocks inside it.
    fn guards(&self) -> impl Iterator<Item = &Ident> {
        self.inner.iter().flat_map(|scope| &scope.names).chain(self.input.names())
    }

    /// The pattern binds names to parts of the value.
    pub(super) fn bound(&mut self, pattern: &Pat, value: Option<&Expr>) {
        let guards = value.is_some_and(|value| self.may_hold_guard(value));
        for name in names_bound(pattern) {
            if guards {
                self.shadowed.remove(&name);
            } else {
                self.shadowed.insert(name);
            }
        }
    }

    /// Whether a guard may have been moved into the value, as far as can be seen: it is one, or what
    /// a wait gave back, or made of one in a way that is not clear.
    fn may_hold_guard(&self, value: &Expr) -> bool {
        match unlimited(value) {
            Expr::Paren(inner) => self.may_hold_guard(&inner.expr),
            Expr::Group(inner) => self.may_hold_guard(&inner.expr),
            Expr::Await(inner) => self.may_hold_guard(&inner.base),
            Expr::Try(inner) => self.may_hold_guard(&inner.expr),
            Expr::Reference(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => false,
            Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => true,
            Expr::MethodCall(call) => call.args.iter().any(|value| self.may_hold_guard(value)),
            value => {
                mentions(value.to_token_stream(), &|name| self.guards().any(|guard| guard == name))
            }
        }
    }
}

/// The names that a pattern binds. (One that stands for a constant is taken for one of them.)
fn names_bound(pattern: &Pat) -> Vec<String> {
    struct Names(Vec<String>);

    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
            self.0.push(pattern.ident.to_string());
            visit::visit_pat_ident(self, pattern);
        }
    }

    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}
