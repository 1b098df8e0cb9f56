//! The rules of `sync_block!` beyond its grammar: what a block may await, and that it does not wait
//! for itself.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Block, Expr, ExprMethodCall, Ident, Macro, Pat, Stmt, Token};

use super::parse::{Input, Mode, parse};
use super::place::Place;
use crate::diag::{Errors, shown};

/// Checks the block, and returns the expressions of the locks that it enters again inside itself:
/// whether that is wrong depends on their types (a semaphore can be), so the compiler has to say.
pub(crate) fn check(input: &Input, errors: &mut Errors) -> Vec<Expr> {
    names_differ(input, errors);
    locks_differ(input, errors);
    if !input.may_await {
        let mut awaits = Awaits { input, inner: Vec::new(), errors };
        awaits.body(&input.body);
    }
    entered_again(input)
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
                    "`{}` is named twice: the block would wait for itself",
                    shown(&entry.lock)
                ),
            );
        }
        seen.push(place);
    }
}

// === Reading code that is not all parsed ===

/// The statements between the braces, unless they are of a syntax that can't be parsed. Then either
/// the compiler reports it, or it knows better.
fn statements(body: &Group) -> Option<Vec<Stmt>> {
    let parser = |input: syn::parse::ParseStream| {
        input.call(Attribute::parse_inner)?;
        input.call(Block::parse_within)
    };
    parser.parse2(body.stream()).ok()
}

/// What stands between a macro's delimiters, as far as it can be told.
enum Inside {
    /// It is a `sync_block!`.
    Block(Box<Input>),
    /// It is a `sync_block!` that does not parse, as its own expansion is going to report.
    BrokenBlock,
    Expressions(Punctuated<Expr, Token![,]>),
    Statements(Vec<Stmt>),
    Tokens(TokenStream),
}

impl Inside {
    fn of(call: &Macro) -> Self {
        let tokens = call.tokens.clone();
        if named(call, &["sync_block"]) {
            let block = parse(tokens, &mut Errors::default());
            return block.map_or(Inside::BrokenBlock, |block| Inside::Block(Box::new(block)));
        }
        let expressions = Punctuated::parse_terminated;
        if let Ok(expressions) = expressions.parse2(tokens.clone()) {
            return Inside::Expressions(expressions);
        }
        match Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => Inside::Statements(statements),
            Err(_) => Inside::Tokens(tokens),
        }
    }
}

/// Whether the last name of the macro's path is one of these.
fn named(call: &Macro, names: &[&str]) -> bool {
    call.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// The one name that an expression is, if it is one.
fn name_of(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        Expr::Paren(inner) => name_of(&inner.expr),
        Expr::Group(inner) => name_of(&inner.expr),
        _ => None,
    }
}

// === What a block may await ===

/// The methods of a guard that let go of the lock while they wait.
const WAITS: &[&str] = &["wait", "wait_for", "wait_for_some"];

/// Macros that await what they are given.
const AWAITING: &[&str] = &["join", "try_join", "select", "select_biased"];

/// Reports what is awaited in a block that may not. It does not look into nested async blocks,
/// closures and items, which are not run by the block itself.
struct Awaits<'a> {
    input: &'a Input,
    /// The nested blocks around what is looked at.
    inner: Vec<Scope>,
    errors: &'a mut Errors,
}

struct Scope {
    names: Vec<Ident>,
    locks: String,
    may_await: bool,
}

impl Awaits<'_> {
    fn body(&mut self, body: &Group) {
        match statements(body) {
            Some(statements) => statements.iter().for_each(|statement| self.visit_stmt(statement)),
            None => self.tokens(body.stream()),
        }
    }

    /// A nested block. Its locks may be entered; what else it awaits is awaited with the outer lock
    /// held.
    fn block(&mut self, nested: &Input) {
        for entry in &nested.entries {
            self.visit_expr(&entry.lock);
        }
        if let Mode::Within(limit) = &nested.mode {
            self.visit_expr(limit);
        }
        self.inner.push(Scope {
            names: nested.names().cloned().collect(),
            locks: nested.locks(),
            may_await: nested.may_await,
        });
        self.body(&nested.body);
        self.inner.pop();
        if let Some(otherwise) = &nested.otherwise {
            self.body(otherwise);
        }
    }

    /// An `.await` of a wait on the guard of this name, or of anything else.
    fn awaited(&mut self, span: Span, guard: Option<&Ident>) {
        let mut released = None;
        for scope in self.inner.iter().rev() {
            let own = released.is_none() && guard.is_some_and(|guard| scope.names.contains(guard));
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
                     block first, or make it `=> async {{ … }}` if others may be kept waiting"
                ),
            );
            return;
        }
        if guard.is_some_and(|guard| self.input.names().any(|name| name == guard)) {
            return;
        }
        self.refuse(span, "this `.await`");
    }

    fn refuse(&mut self, span: Span, what: &str) {
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
                "{held} here, and a block without `async` awaits nothing {waits}: move {what} out \
                 of the block, or write `=> async {{ … }}` if others may be kept waiting"
            ),
        );
    }

    /// `self.lock` is held
    fn held(&self) -> String {
        let verb = if self.input.entries.len() > 1 { "are" } else { "is" };
        format!("{} {verb} held", self.input.locks())
    }

    fn awaiting_macro(&mut self, name: &Ident) {
        let reported = self.inner.iter().any(|scope| !scope.may_await);
        if !reported {
            self.refuse(name.span(), &format!("`{name}!`, which awaits,"));
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
                    self.awaited(word.span(), guard.as_ref());
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
        let guard = match &*expr.base {
            Expr::MethodCall(call) if WAITS.iter().any(|wait| call.method == wait) => {
                name_of(&call.receiver)
            }
            _ => None,
        };
        self.awaited(expr.await_token.span, guard);
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

// === The same lock entered again ===

/// The expressions of nested blocks' locks that lead where one of this block's locks does.
fn entered_again(input: &Input) -> Vec<Expr> {
    let Some(statements) = statements(&input.body) else {
        return Vec::new();
    };
    let mut changes = Changes::default();
    changes.names(input);
    for statement in &statements {
        changes.visit_stmt(statement);
    }

    let held = input.entries.iter().filter_map(|entry| {
        let place = Place::of(&entry.lock).filter(|place| !place.mentions(&changes.changed))?;
        Some((place, entry.name.as_ref()))
    });
    let mut again = Again { held: held.collect(), released: HashSet::new(), found: Vec::new() };
    for statement in &statements {
        again.visit_stmt(statement);
    }
    again.found
}

/// The names that may mean something else in one part of a block than in another.
#[derive(Default)]
struct Changes {
    changed: HashSet<String>,
    assigned: HashSet<String>,
}

/// Whether the block assigns to one of its guards, as it does with what a wait gives back.
pub(crate) fn assigns_guard(input: &Input) -> bool {
    let mut changes = Changes::default();
    statements(&input.body).iter().flatten().for_each(|stmt| changes.visit_stmt(stmt));
    input.names().any(|name| changes.assigned.contains(&name.to_string()))
}

impl Changes {
    fn names(&mut self, input: &Input) {
        self.changed.extend(input.names().map(ToString::to_string));
    }

    /// The place is written to.
    fn written(&mut self, place: &Expr) {
        if let Expr::Tuple(places) = place {
            places.elems.iter().for_each(|place| self.written(place));
        } else if let Some(name) = name_of(place) {
            self.changed.insert(name.to_string());
            self.assigned.insert(name.to_string());
        }
    }
}

impl Visit<'_> for Changes {
    fn visit_pat(&mut self, pattern: &Pat) {
        if let Pat::Ident(pattern) = pattern {
            self.changed.insert(pattern.ident.to_string());
        }
        visit::visit_pat(self, pattern);
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
        match Inside::of(call) {
            Inside::Block(nested) => {
                self.names(&nested);
                for body in std::iter::once(&nested.body).chain(&nested.otherwise) {
                    statements(body).iter().flatten().for_each(|stmt| self.visit_stmt(stmt));
                }
            }
            Inside::Expressions(inside) => inside.iter().for_each(|expr| self.visit_expr(expr)),
            Inside::Statements(inside) => inside.iter().for_each(|stmt| self.visit_stmt(stmt)),
            Inside::BrokenBlock | Inside::Tokens(_) => {}
        }
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}

/// Finds the nested blocks that enter a lock which is held there. It does not look where the outer
/// block may be over: async blocks, closures, items, and what follows a release of the guard.
struct Again<'a> {
    held: Vec<(Place, Option<&'a Ident>)>,
    /// The guards that were given away so far.
    released: HashSet<String>,
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
        match Inside::of(call) {
            Inside::Block(nested) => {
                for entry in &nested.entries {
                    self.entered(&entry.lock);
                }
                for body in std::iter::once(&nested.body).chain(&nested.otherwise) {
                    statements(body).iter().flatten().for_each(|stmt| self.visit_stmt(stmt));
                }
            }
            // `println!("{}", guard)` takes a reference: nothing is given away here.
            Inside::Expressions(inside) => inside.iter().for_each(|expr| self.visit_borrowed(expr)),
            Inside::Statements(inside) => inside.iter().for_each(|stmt| self.visit_stmt(stmt)),
            Inside::BrokenBlock | Inside::Tokens(_) => {}
        }
    }

    fn visit_expr_path(&mut self, expr: &syn::ExprPath) {
        // Whoever gets here uses the name by value.
        self.released.extend(expr.path.get_ident().map(ToString::to_string));
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
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

    fn visit_expr_async(&mut self, _: &syn::ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    fn visit_expr_const(&mut self, _: &syn::ExprConst) {}
    fn visit_item(&mut self, _: &syn::Item) {}
}
