//! What a block without `async` may await: the waits of its own guards, and nothing else.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, Ident, Macro, Pat, Stmt, Token};

use super::parse::{Entry, Input};
use super::place::Place;
use super::read::{Body, Inside, mentions, name_of, named, names_bound};
use crate::diag::{Errors, list, shown};

/// The methods of a guard that let go of the lock while they wait.
pub(super) const WAITS: &[&str] = &["wait", "wait_for", "wait_for_some", "wait_until"];

/// What to do with most of what is awaited.
const MOVE_OUT: &str = "move this `.await` out of the block";

/// Macros that await what they are given.
const AWAITING: &[&str] = &["join", "try_join", "select", "select_biased"];

/// Reports what is awaited in a block that may not await. What comes back is the block to go on
/// with, if it is another than the user's.
pub(super) fn check(input: &Input, errors: &mut Errors) -> Option<Body> {
    let awaits = || input.body.mentions(&["await", "sync_block"]) || input.body.mentions(AWAITING);
    if input.may_await || !awaits() {
        return None;
    }
    let mut awaits =
        Awaits { input, inner: Vec::new(), shadowed: HashSet::new(), wait_refused: false, errors };
    awaits.body(&input.body);
    awaits.wait_refused.then(|| without_refused_waits(input))
}

/// The block without the statements that wait by something else than a guard. If that is a
/// condition, the compiler would complain of it once more.
fn without_refused_waits(input: &Input) -> Body {
    struct Refused<'a>(&'a Input);

    impl VisitMut for Refused<'_> {
        fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
            let value = match statement {
                Stmt::Expr(Expr::Assign(assigned), Some(_)) => &*assigned.right,
                Stmt::Expr(value, Some(_)) => value,
                _ => return visit_mut::visit_stmt_mut(self, statement),
            };
            let waits = match value {
                Expr::Await(awaited) => match &*awaited.base {
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

/// Whether it is a wait by what may be a condition: a field, or what the block has entered itself.
fn waits_by_another(call: &ExprMethodCall, input: &Input) -> bool {
    let receiver = Place::of(&call.receiver);
    let entered = || input.entries.iter().any(|entry| Place::of(&entry.lock) == receiver);
    WAITS.iter().any(|wait| call.method == wait)
        && receiver.is_some()
        && (matches!(&*call.receiver, Expr::Field(_)) || entered())
}

/// Finds what is awaited by the block itself. It does not look into nested async blocks,
/// closures and items, which are not run by the block itself.
struct Awaits<'a> {
    input: &'a Input,
    /// The nested blocks around what is looked at.
    inner: Vec<Scope>,
    /// The names that stand for something else than a guard here.
    shadowed: HashSet<String>,
    /// Whether a wait by something else than a guard was refused.
    wait_refused: bool,
    errors: &'a mut Errors,
}

struct Scope {
    names: Vec<Ident>,
    locks: String,
    /// Whether it holds several locks.
    several: bool,
    may_await: bool,
}

impl Awaits<'_> {
    fn body(&mut self, body: &Body) {
        self.scope(|this| match body.statements() {
            Some(statements) => statements.iter().for_each(|statement| this.visit_stmt(statement)),
            None => this.tokens(body.braces.stream()),
        });
    }

    /// Looks at something whose names mean nothing after it.
    fn scope(&mut self, look: impl FnOnce(&mut Self)) {
        let outside = self.shadowed.clone();
        look(self);
        self.shadowed = outside;
    }

    /// The pattern binds names to parts of the value.
    fn bound(&mut self, pattern: &Pat, value: Option<&Expr>) {
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
        match value {
            Expr::Paren(inner) => self.may_hold_guard(&inner.expr),
            Expr::Group(inner) => self.may_hold_guard(&inner.expr),
            Expr::Await(inner) => self.may_hold_guard(&inner.base),
            Expr::Try(inner) => self.may_hold_guard(&inner.expr),
            Expr::Reference(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) => false,
            Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => true,
            Expr::MethodCall(call) => call.args.iter().any(|value| self.may_hold_guard(value)),
            value => mentions(value.to_token_stream(), &|name| {
                let scopes = self.inner.iter().flat_map(|scope| &scope.names);
                scopes.chain(self.input.names()).any(|guard| guard == name)
            }),
        }
    }

    /// A nested block. Its locks may be entered; what else it awaits is awaited with the outer lock
    /// held.
    fn block(&mut self, nested: &Input) {
        for entry in &nested.entries {
            self.visit_expr(&entry.head);
        }
        self.inner.push(Scope {
            names: nested.names().cloned().collect(),
            locks: nested.locks(),
            several: nested.entries.len() > 1,
            may_await: nested.may_await,
        });
        self.scope(|this| {
            for name in nested.names() {
                this.shadowed.remove(&name.to_string());
            }
            this.body(&nested.body);
        });
        self.inner.pop();
    }

    /// An `.await` of a wait on the guard of this name, or of anything else. The remedy is for the
    /// latter.
    fn awaited(&mut self, span: Span, guard: Option<&Ident>, remedy: &str) {
        let guard = guard.filter(|guard| !self.shadowed.contains(&guard.to_string()));
        let mut released = None;
        for scope in self.inner.iter().rev() {
            let own = released.is_none() && guard.is_some_and(|guard| scope.names.contains(guard));
            if own && scope.several && !scope.may_await {
                // The nested block's own expansion reports it, once.
                return;
            }
            if own {
                released = Some(scope.locks.clone());
            } else if !scope.may_await {
                // The nested block's own expansion reports it, once.
                return;
            }
        }
        let held = self.held();
        if let Some(released) = released {
            self.errors.at(
                span,
                format_args!(
                    "this wait lets go of {released} alone, and {held} meanwhile: end the outer \
                     block first, or make it `async {{ … }}` if others may be kept waiting"
                ),
            );
            return;
        }
        let own = guard.filter(|guard| self.input.names().any(|name| name == *guard));
        match own {
            Some(guard) if self.input.entries.len() > 1 => self.kept_by_wait(span, guard),
            Some(_) => {}
            None => self.refuse(span, remedy),
        }
    }

    /// A wait by one of the block's guards, while it holds further locks.
    fn kept_by_wait(&mut self, span: Span, guard: &Ident) {
        let (own, others): (Vec<_>, Vec<_>) =
            self.input.entries.iter().partition(|entry| entry.name.as_ref() == Some(guard));
        let own = list(own.iter().map(|entry| shown(&entry.lock)));
        let verb = if others.len() > 1 { "are" } else { "is" };
        let others = list(others.iter().map(|entry| shown(&entry.lock)));
        self.errors.at(
            span,
            format_args!(
                "this wait lets go of {own} alone, and {others} {verb} held meanwhile: wait in a \
                 block of {own} first, or write `async {{ … }}` if others may be kept waiting"
            ),
        );
    }

    /// An `.await` of a wait by something else than a guard: a condition, or an event, or whatever
    /// has a method of that name.
    fn waited(&mut self, span: Span, call: &ExprMethodCall) {
        let mut names = self.input.names();
        let remedy = match (names.next(), names.next()) {
            (Some(guard), None) => {
                let condition = shown(&call.receiver);
                let own = self.entry_of(&call.receiver).is_some();
                let mut arguments = Vec::new();
                if !own {
                    arguments.push(format!("&{condition}"));
                }
                if call.method != "wait" {
                    arguments.push("…".to_owned());
                }
                let arguments = arguments.join(", ");
                let back = if call.method == "wait_for_some" {
                    format!("({guard}, item)")
                } else {
                    guard.to_string()
                };
                format!(
                    "write `{back} = {guard}.{}({arguments}).await` if `{condition}` is a \
                     condition, {MOVE_OUT} if it is not",
                    call.method
                )
            }
            _ => MOVE_OUT.to_owned(),
        };
        self.awaited(span, None, &remedy);
        self.wait_refused |= self.inner.is_empty();
    }

    /// An `.await` of the acquisition of a lock.
    fn acquired(&mut self, span: Span, lock: &Expr) {
        let Some(entry) = self.entry_of(lock) else {
            let lock = shown(lock);
            let remedy = format!(
                "enter `{lock}` in the head of this block, too, or by a `sync_block!` inside it"
            );
            self.awaited(span, None, &remedy);
            return;
        };
        if self.inner.iter().any(|scope| !scope.may_await) {
            return;
        }
        let instead = match &entry.name {
            Some(name) => format!("use its guard `{name}`"),
            None => "give its guard a name, and use that".to_owned(),
        };
        let message = format!(
            "`{}` is held here already: {instead} instead of acquiring it again, or end the block \
             first",
            shown(&entry.lock)
        );
        self.errors.at(span, message);
    }

    fn refuse(&mut self, span: Span, remedy: &str) {
        let held = self.held();
        let mut names = self.input.names();
        let waits = match (names.next(), names.next()) {
            (None, _) => "meanwhile".to_owned(),
            (Some(name), None) => format!("but its guard's own waits (`{name}.wait(…)`)"),
            (Some(name), Some(_)) => format!("but its guards' own waits (`{name}.wait(…)`)"),
        };
        self.errors.at(
            span,
            format_args!(
                "{held} here, and a block without `async` awaits nothing {waits}: {remedy}, or \
                 write `async {{ … }}` if others may be kept waiting"
            ),
        );
    }

    /// The entry of this block, not of one inside it, that leads where this expression does.
    fn entry_of(&self, lock: &Expr) -> Option<&Entry> {
        let place = Place::of(lock).filter(|place| !place.mentions(&self.shadowed))?;
        let mut entries = self.input.entries.iter();
        entries.find(|entry| Place::of(&entry.lock).as_ref() == Some(&place))
    }

    /// `self.lock` is held
    fn held(&self) -> String {
        let verb = if self.input.entries.len() > 1 { "are" } else { "is" };
        format!("{} {verb} held", self.input.locks())
    }

    fn awaiting_macro(&mut self, name: &Ident) {
        let reported = self.inner.iter().any(|scope| !scope.may_await);
        if !reported {
            let remedy = format!("move `{name}!`, which awaits, out of the block");
            self.refuse(name.span(), &remedy);
        }
    }

    /// Looks for `.await` where there is nothing but tokens.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if word == "async" => {
                    at = after_async(&tokens, at + 1);
                    continue;
                }
                TokenTree::Ident(word)
                    if word == "await" && is_sign(&tokens, at.wrapping_sub(1), '.') =>
                {
                    let guard = waited_on(&tokens[..at - 1]).cloned();
                    self.awaited(word.span(), guard.as_ref(), MOVE_OUT);
                }
                TokenTree::Ident(name) if is_sign(&tokens, at + 1, '!') => {
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                        let path = name.clone().into();
                        self.visit_macro(&Macro {
                            path,
                            bang_token: Token![!](name.span()),
                            delimiter: syn::MacroDelimiter::Paren(syn::token::Paren::default()),
                            tokens: group.stream(),
                        });
                        at += 3;
                        continue;
                    }
                }
                TokenTree::Punct(punct)
                    if punct.as_char() == '|' && starts_closure(&tokens[..at]) =>
                {
                    at = after_closure(&tokens, at + 1);
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }
}

impl Visit<'_> for Awaits<'_> {
    fn visit_expr_await(&mut self, expr: &syn::ExprAwait) {
        let span = expr.await_token.span;
        match &*expr.base {
            Expr::MethodCall(call) if waits_by_another(call, self.input) => {
                self.waited(span, call);
            }
            Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => {
                self.awaited(span, name_of(&call.receiver), MOVE_OUT);
            }
            Expr::MethodCall(call) if call.method == "acquire" => {
                self.acquired(span, &call.receiver);
            }
            _ => self.awaited(span, None, MOVE_OUT),
        }
        visit::visit_expr_await(self, expr);
    }

    fn visit_macro(&mut self, call: &Macro) {
        if named(call, AWAITING) {
            if let Some(name) = call.path.segments.last() {
                self.awaiting_macro(&name.ident);
            }
            return;
        }
        match Inside::of(call) {
            Inside::Block(nested) => self.block(&nested),
            Inside::BrokenBlock => {}
            Inside::Expressions(inside) => inside.iter().for_each(|expr| self.visit_expr(expr)),
            Inside::Statements(inside) => inside.iter().for_each(|stmt| self.visit_stmt(stmt)),
            Inside::Tokens(inside) => self.tokens(inside),
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Verbatim(tokens) => self.tokens(tokens.clone()),
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_block(&mut self, block: &syn::Block) {
        self.scope(|this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &syn::Local) {
        visit::visit_local(self, local);
        self.bound(&local.pat, local.init.as_ref().map(|init| &*init.expr));
    }

    fn visit_expr_let(&mut self, expr: &syn::ExprLet) {
        visit::visit_expr_let(self, expr);
        self.bound(&expr.pat, Some(&expr.expr));
    }

    fn visit_expr_if(&mut self, expr: &syn::ExprIf) {
        self.scope(|this| {
            this.visit_expr(&expr.cond);
            this.visit_block(&expr.then_branch);
        });
        if let Some((_, otherwise)) = &expr.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, expr: &syn::ExprWhile) {
        self.scope(|this| visit::visit_expr_while(this, expr));
    }

    fn visit_expr_for_loop(&mut self, expr: &syn::ExprForLoop) {
        self.visit_expr(&expr.expr);
        self.scope(|this| {
            this.bound(&expr.pat, Some(&expr.expr));
            this.visit_block(&expr.body);
        });
    }

    fn visit_expr_match(&mut self, expr: &syn::ExprMatch) {
        self.visit_expr(&expr.expr);
        for arm in &expr.arms {
            self.scope(|this| {
                this.bound(&arm.pat, Some(&expr.expr));
                this.visit_arm(arm);
            });
        }
    }

    fn visit_expr_async(&mut self, _: &syn::ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    fn visit_expr_const(&mut self, _: &syn::ExprConst) {}
    fn visit_item(&mut self, _: &syn::Item) {}
}

fn is_sign(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The name before `.wait(…)`, if the tokens end in that.
fn waited_on(tokens: &[TokenTree]) -> Option<&Ident> {
    let [
        before @ ..,
        TokenTree::Ident(guard),
        TokenTree::Punct(dot),
        TokenTree::Ident(wait),
        TokenTree::Group(arguments),
    ] = tokens
    else {
        return None;
    };
    let part_of_more = is_sign(before, before.len().wrapping_sub(1), '.')
        || is_sign(before, before.len().wrapping_sub(1), ':');
    let own = !part_of_more
        && dot.as_char() == '.'
        && WAITS.iter().any(|name| wait == name)
        && arguments.delimiter() == Delimiter::Parenthesis;
    own.then_some(guard)
}

/// Where the tokens go on after an `async` and what belongs to it: a block, a closure, a function.
fn after_async(tokens: &[TokenTree], from: usize) -> usize {
    let mut at = from;
    if matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == "move") {
        at += 1;
    }
    if is_sign(tokens, at, '|') {
        return after_closure(tokens, at + 1);
    }
    after_braces(tokens, at)
}

fn after_braces(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | ','),
        _ => false,
    };
    tokens[from.min(tokens.len())..]
        .iter()
        .position(is_end)
        .map_or(tokens.len(), |length| from + length + 1)
}

/// Whether a `|` after these tokens begins a closure, and is no operator.
fn starts_closure(before: &[TokenTree]) -> bool {
    match before.last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(word)) => word == "move" || word == "return" || word == "static",
        Some(_) => false,
    }
}

/// Where the tokens go on after a closure whose first `|` was at `from - 1`.
fn after_closure(tokens: &[TokenTree], from: usize) -> usize {
    let parameters = (from..tokens.len()).find(|&at| is_sign(tokens, at, '|'));
    parameters.map_or(tokens.len(), |end| after_braces(tokens, end + 1))
}
