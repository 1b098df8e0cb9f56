//! The grammar of `sync_block!`:
//!
//! ```text
//! NAME = HEAD (, NAME = HEAD)*, [async] { … }
//! ```
//!
//! where `NAME` may be `_`, and the last head may end in `.now()` or `.within(LIMIT)`. What can be
//! understood in spite of a mistake is reported and parsed all the same, so that the rest of the
//! block is checked and expanded.

mod mistakes;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Expr, Ident, Token};

use super::read::Body;
use crate::diag::{Errors, shown};
use crate::grouping::Parenthesize;

/// A whole `sync_block!`.
pub(crate) struct Input {
    pub(crate) entries: Vec<Entry>,
    /// Written `async { … }`: the block may await.
    pub(crate) may_await: bool,
    pub(crate) body: Body,
}

/// One guard and its head.
pub(crate) struct Entry {
    /// The guard's name, or none for `_`.
    pub(crate) name: Option<Ident>,
    /// All of the head.
    pub(crate) head: Expr,
    /// What is entered: the head without its limit and its condition.
    pub(crate) lock: Expr,
    /// The name of the method that limits how long the block waits.
    pub(crate) limit: Option<Ident>,
}

/// The methods after which the block may not run. The macro goes by their names.
const LIMITS: &[&str] = &["now", "within"];

impl Entry {
    fn new(name: Option<Ident>, head: Expr) -> Self {
        let (lock, limit) = match limited(&head) {
            Some((lock, limit)) => (unconditional(lock).clone(), Some(limit.clone())),
            None => (unconditional(&head).clone(), None),
        };
        Entry { name, head, lock, limit }
    }
}

impl Input {
    /// Moves the limits to the last head, where they should have been: one that was refused
    /// elsewhere is no reason for further errors.
    pub(super) fn move_limits_to_last(&mut self) {
        let Some((last, others)) = self.entries.split_last_mut() else { return };
        for entry in others.iter_mut().filter(|entry| entry.limit.is_some()) {
            let limited = std::mem::replace(&mut entry.head, entry.lock.clone());
            entry.limit = None;
            if let (None, Expr::MethodCall(mut call)) = (&last.limit, limited) {
                call.receiver = Box::new(last.lock.clone());
                *last = Entry::new(last.name.clone(), Expr::MethodCall(call));
            }
        }
    }
}

/// The lock of `lock.when(&condition)`.
fn unconditional(head: &Expr) -> &Expr {
    match head {
        Expr::Paren(inner) => unconditional(&inner.expr),
        Expr::Group(inner) => unconditional(&inner.expr),
        Expr::MethodCall(call) if call.method == "when" && call.args.len() == 1 => &call.receiver,
        _ => head,
    }
}

/// What is entered and the name of its limit, if the head has one.
fn limited(head: &Expr) -> Option<(&Expr, &Ident)> {
    match head {
        Expr::Paren(inner) => limited(&inner.expr),
        Expr::Group(inner) => limited(&inner.expr),
        Expr::MethodCall(call) if LIMITS.iter().any(|limit| call.method == limit) => {
            Some((&call.receiver, &call.method))
        }
        _ => None,
    }
}

/// Parses the input, and reports what is wrong with it. Nothing comes back where too little can be
/// understood.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Input> {
    let parser = |input: ParseStream| -> syn::Result<Option<Input>> {
        let mut found = Errors::default();
        let former = input.call(mistakes::former_grammar);
        let parsed = former.and_then(|()| block(input, &mut found));
        // Whatever follows an error is not looked at, and must not be an error of its own.
        if parsed.is_err() || !found.is_empty() {
            input.parse::<TokenStream>()?;
        }
        let parsed = found.keep(parsed);
        errors.append(found);
        Ok(parsed)
    };
    match parser.parse2(tokens) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

fn block(input: ParseStream, errors: &mut Errors) -> syn::Result<Input> {
    if input.is_empty() {
        return Err(mistakes::nothing(input));
    }
    let mut entries = vec![entry(input, errors)?];
    loop {
        if !input.peek(Token![,]) {
            return Err(mistakes::no_comma(input, &entries));
        }
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            return Err(mistakes::no_block(input));
        }
        if starts_block(input) {
            break;
        }
        if let Some(error) = mistakes::no_braces(input, &entries) {
            return Err(error);
        }
        entries.push(entry(input, errors)?);
    }
    let may_await = awaits(input, errors)?;
    let body = body(input)?;
    input.parse::<Option<Token![,]>>()?;
    if input.peek(Token![else]) {
        return Err(mistakes::else_after_block(input));
    }
    if !input.is_empty() {
        errors.push(mistakes::after_block(input));
    }
    Ok(Input { entries, may_await, body })
}

/// `NAME = HEAD`
fn entry(input: ParseStream, errors: &mut Errors) -> syn::Result<Entry> {
    if input.peek(Token![mut]) {
        let word: Token![mut] = input.parse()?;
        errors.at(word.span, "the guard is bound mutably already: leave out `mut`");
    }
    let named = (input.peek(Token![_]) || input.peek(Ident)) && input.peek2(Token![=]);
    if !named || input.peek2(Token![==]) || input.peek2(Token![=>]) {
        return Err(mistakes::nameless(input));
    }
    let name = if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        None
    } else {
        Some(input.parse()?)
    };
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(mistakes::no_lock(input));
    }
    let mut head = Expr::parse_without_eager_brace(input)?;
    Parenthesize.visit_expr_mut(&mut head);
    if let Expr::Assign(more) = &head {
        return Err(mistakes::assigned_on(more));
    }
    Ok(Entry::new(name, head))
}

/// Whether a block comes next, perhaps within the invisible groups that `macro_rules!` puts around a
/// `$body:block`.
fn starts_block(input: ParseStream) -> bool {
    input.peek(syn::token::Brace)
        || input.peek(Token![async]) && !(input.peek2(Ident::peek_any) && input.peek3(Token![=]))
}

/// `async`, perhaps.
fn awaits(input: ParseStream, errors: &mut Errors) -> syn::Result<bool> {
    let word: Option<Token![async]> = input.parse()?;
    if input.peek(Token![move]) {
        let moves: Token![move] = input.parse()?;
        errors.at(
            moves.span,
            "the block runs in place, so there is nothing to move things into: leave out `move`",
        );
    }
    Ok(word.is_some())
}

fn body(input: ParseStream) -> syn::Result<Body> {
    let error = mistakes::no_block(input);
    input.step(|cursor| {
        match cursor.token_tree() {
            Some((TokenTree::Group(group), rest)) => {
                braces(group).map(|group| (Body::new(group), rest))
            }
            _ => None,
        }
        .ok_or_else(|| error.clone())
    })
}

/// The braces, through the invisible groups that `macro_rules!` puts around a `$body:block`.
fn braces(group: Group) -> Option<Group> {
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            match (inside.next(), inside.next()) {
                (Some(proc_macro2::TokenTree::Group(group)), None) => braces(group),
                _ => None,
            }
        }
        _ => None,
    }
}

impl Input {
    /// The names by which the block knows its guards.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.entries.iter().filter_map(|entry| entry.name.as_ref())
    }

    /// The locks as they were written, for messages.
    pub(crate) fn locks(&self) -> String {
        crate::diag::list(self.entries.iter().map(|entry| shown(&entry.lock)))
    }
}
