//! Whether what is awaited may be.

use std::ptr;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprMethodCall, Ident, Stmt};

use super::refused::thrown_away;
use super::{Awaits, macros, wording};
use crate::sync_block::parse::Entry;
use crate::sync_block::place::Place;
use crate::sync_block::read::{mentions, name_of};

impl<'a> Awaits<'a> {
    /// An `.await` of something that these guards were given to, such as the wait of one. The remedy
    /// is for where there is no guard.
    pub(super) fn awaited(&mut self, span: Span, guards: &[&Ident], remedy: &str) {
        let mut released = None;
        for scope in self.inner.iter().rev() {
            let own = released.is_none() && guards.iter().any(|guard| scope.names.contains(guard));
            if !scope.may_await && (!own || scope.several) {
                // The nested block's own expansion reports it, once.
                return;
            }
            if own {
                released = Some(scope.locks.clone());
            }
        }
        let is_given =
            |entry: &Entry| entry.name.as_ref().is_some_and(|name| guards.contains(&name));
        let held = self.held();
        let (given, kept): (Vec<&Entry>, Vec<&Entry>) =
            held.iter().partition(|entry| is_given(entry));
        let message = match (&released, kept.is_empty(), given.is_empty()) {
            (_, true, _) => return,
            (Some(released), false, _) => wording::waits_inside(&held, released),
            (None, false, false) => wording::waits_beside(&given, &kept),
            (None, false, true) => wording::refused(self.input, &held, remedy),
        };
        self.errors.at(span, message);
    }

    /// An `.await` of a wait by something else than a guard: a condition, or an event, or whatever
    /// has a method of that name.
    pub(super) fn waited(&mut self, span: Span, call: &ExprMethodCall, has_limit: bool) {
        let own = self.entry_of(&call.receiver).is_some();
        let remedy = wording::wait_by_the_guard(self.input, call, own, has_limit);
        self.awaited(span, &[], &remedy);
        self.wait_refused |= self.inner.is_empty();
    }

    /// A wait by a guard of this block whose result is thrown away, with the statements that follow.
    /// Where the guard is used after, it has to be taken back.
    pub(super) fn taken_back(&mut self, statement: &Stmt, after: &[Stmt]) {
        let Some(call) = thrown_away(statement).filter(|_| self.inner.is_empty()) else { return };
        let Some(guard) = name_of(&call.receiver).filter(|name| self.is_guard(name)) else {
            return;
        };
        let mentions = |names: &[&str]| {
            let after = quote!(#(#after)*);
            mentions(after, &|name| names.iter().any(|other| name == other))
        };
        let used = mentions(&[&guard.to_string()])
            || self.in_a_loop && !mentions(&["break", "return", "continue"]);
        if used {
            self.errors.on(statement, wording::takes_back(guard, call));
            self.wait_refused = true;
        }
    }

    /// An `.await` of the acquisition of a lock.
    pub(super) fn acquired(&mut self, span: Span, lock: &Expr) {
        let held = self.held();
        match self.entry_of(lock).filter(|entry| held.iter().any(|held| ptr::eq(*held, *entry))) {
            None => self.awaited(span, &[], &wording::enter_it(lock)),
            Some(entry) if self.inner.iter().all(|scope| scope.may_await) => {
                self.errors.at(span, wording::held_already(entry, lock));
            }
            // The nested block's own expansion reports it, once.
            Some(_) => {}
        }
    }

    /// A call of the macro at this path, and whether it is known to await.
    pub(super) fn awaiting_macro(&mut self, path: &[&Ident], tokens: &TokenStream) -> bool {
        let Some(name) = path.last().filter(|_| macros::awaits(path, tokens)) else {
            return false;
        };
        let held = self.held();
        if self.inner.iter().all(|scope| scope.may_await) && !held.is_empty() {
            let remedy = wording::move_macro_out(name);
            self.errors.at(name.span(), wording::refused(self.input, &held, &remedy));
        }
        true
    }

    /// The entries of this block that hold their locks here.
    fn held(&self) -> Vec<&'a Entry> {
        let is_released = |entry: &Entry| {
            entry.name.as_ref().is_some_and(|name| self.released.contains(&name.to_string()))
        };
        self.input.entries.iter().filter(|entry| !is_released(entry)).collect()
    }

    /// The entry of this block, not of one inside it, that leads where this expression does.
    fn entry_of(&self, lock: &Expr) -> Option<&'a Entry> {
        let place = Place::of(lock).filter(|place| !place.mentions(&self.shadowed))?;
        let mut entries = self.input.entries.iter();
        entries.find(|entry| Place::of(&entry.lock).as_ref() == Some(&place))
    }
}
