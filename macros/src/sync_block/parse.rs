//! The grammar of `sync_block!`:
//!
//! ```text
//! [try] NAME = LOCK (, NAME = LOCK)* [within LIMIT] => [async] { … } [else { … }]
//! ```
//!
//! where `NAME` may be `_`. What can be understood in spite of a mistake is reported and parsed all
//! the same, so that the rest of the block is checked and expanded.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{BinOp, Expr, ExprAssign, Ident, Token};

use super::read::{Body, name_of};
use crate::diag::{Errors, shown};

mod keyword {
    syn::custom_keyword!(within);
}

/// A whole `sync_block!`.
pub(crate) struct Input {
    pub(crate) entries: Vec<Entry>,
    pub(crate) mode: Mode,
    /// Written `=> async { … }`: the block may await.
    pub(crate) may_await: bool,
    pub(crate) body: Body,
    /// The block that runs where the locks were not acquired.
    pub(crate) otherwise: Option<Body>,
}

/// One guard and its lock.
pub(crate) struct Entry {
    /// The guard's name, or none for `_`.
    pub(crate) name: Option<Ident>,
    pub(crate) lock: Expr,
}

/// How long the block waits for its locks.
pub(crate) enum Mode {
    /// As long as it takes.
    Wait,
    /// Not at all.
    Try,
    /// For this time.
    Within(Box<Expr>),
}

const SHAPE: &str = "`sync_block!(state = self.lock => { … })`";
const BETWEEN_LOCKS: &str = "several locks are separated by `,`";
const BEFORE_BLOCK: &str = "write `=>` between the lock and the block";

/// Parses the input, and reports what is wrong with it. Nothing comes back where too little can be
/// understood.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Input> {
    let parser = |input: ParseStream| -> syn::Result<Option<Input>> {
        let mut found = Errors::default();
        let parsed = block(input, &mut found);
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
        return Err(here(input, format_args!("name a guard, its lock and a block: {SHAPE}")));
    }
    let tries: Option<Token![try]> = input.parse()?;
    let too_early = limit(input)?;
    let mut entries = vec![entry(input, errors)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        if input.peek(Token![=>]) {
            break;
        }
        if input.peek(syn::token::Brace) || input.peek(Token![async]) {
            return Err(here(input, BEFORE_BLOCK));
        }
        entries.push(entry(input, errors)?);
    }
    let in_place = limit(input)?;
    arrow(input)?;
    let may_await = awaits(input, errors)?;
    let body = body(input, "after `=>` comes the block to run with the lock held: `=> { … }`")?;
    let too_late = limit(input)?;
    for misplaced in [&too_early, &too_late].into_iter().flatten() {
        errors.at(
            misplaced.word.span,
            "`within` and its time stand after the lock: \
             `state = self.lock within Duration::from_secs(1) => { … } else { … }`",
        );
    }
    let limit = in_place.or(too_early).or(too_late);
    if let (Some(limit), Some(_)) = (&limit, &tries) {
        errors.at(
            limit.word.span,
            "`try` takes the lock at once or not at all, `within` waits for it: leave out one of \
             them",
        );
    }

    let may_fail = match (&limit, &tries) {
        (Some(limit), _) => Some((
            limit.word.span,
            "the time may run out before the lock is acquired: say what happens then, by `else { … }` \
             after the block",
        )),
        (None, Some(tries)) => Some((
            tries.span,
            "the lock may be held by another: say what happens then, by `else { … }` after the block",
        )),
        (None, None) => None,
    };
    let otherwise = otherwise(input, may_fail, errors)?;
    if !input.is_empty() {
        errors.at(input.span(), "nothing may follow the block: end `sync_block!(…)` after it");
    }
    let mode = match limit {
        Some(limit) => Mode::Within(limit.time),
        None if tries.is_some() => Mode::Try,
        None => Mode::Wait,
    };
    Ok(Input { entries, mode, may_await, body, otherwise })
}

/// `within LIMIT`, perhaps, where it belongs or not.
struct Limit {
    word: keyword::within,
    time: Box<Expr>,
}

fn limit(input: ParseStream) -> syn::Result<Option<Limit>> {
    // It may also be the name of a guard.
    if !input.peek(keyword::within) || input.peek2(Token![=]) && !input.peek2(Token![=>]) {
        return Ok(None);
    }
    let word: keyword::within = input.parse()?;
    if input.is_empty() || input.peek(Token![=>]) {
        return Err(syn::Error::new(
            word.span,
            "`within` needs a time: `within Duration::from_secs(1)`",
        ));
    }
    let time = Box::new(Expr::parse_without_eager_brace(input)?);
    Ok(Some(Limit { word, time }))
}

/// `NAME = LOCK`
fn entry(input: ParseStream, errors: &mut Errors) -> syn::Result<Entry> {
    if input.peek(Token![mut]) {
        let word: Token![mut] = input.parse()?;
        errors.at(word.span, "the guard is bound mutably already: leave out `mut`");
    }
    let named = (input.peek(Token![_]) || input.peek(Ident)) && input.peek2(Token![=]);
    if !named || input.peek2(Token![==]) || input.peek2(Token![=>]) {
        return Err(nameless(input));
    }
    let name = if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        None
    } else {
        Some(input.parse()?)
    };
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) || input.peek(Token![=>]) {
        return Err(here(input, "after `=` comes the lock: `state = self.lock`"));
    }
    let lock = Expr::parse_without_eager_brace(input)?;
    if let Expr::Assign(more) = &lock {
        return Err(syn::Error::new_spanned(&more.left, BETWEEN_LOCKS));
    }
    Ok(Entry { name, lock })
}

/// An error at the next token; at the end of the input, at the macro's call.
fn here(input: ParseStream, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(input.span(), message)
}

/// The error where a name and `=` should be.
fn nameless(input: ParseStream) -> syn::Error {
    if input.peek(Token![let]) {
        return here(input, "the guard is bound without `let`: write `state = self.lock`");
    }
    if input.peek(Token![try]) {
        return here(
            input,
            "`try` is for all of the locks, and stands once, before the first guard's name",
        );
    }
    if input.peek(Ident::peek_any) && input.peek2(Ident) && input.peek3(Token![=]) {
        let word = input.cursor().ident().map_or_else(String::new, |(word, _)| word.to_string());
        let instead =
            if word == "async" { "; a block that awaits is `=> async { … }`" } else { "" };
        return here(
            input,
            format_args!("the guard's name comes first: leave out `{word}`{instead}"),
        );
    }
    if input.peek2(Token![:]) && !input.peek2(Token![::]) && !input.peek3(Token![=]) {
        return here(
            input,
            "the guard's type follows from the lock: write `state = self.lock`, without a type",
        );
    }
    // `state in self.lock`, `state := self.lock`
    let otherwise_bound = |ahead: ParseStream| {
        let name: Ident = ahead.parse()?;
        if ahead.parse::<Option<Token![in]>>()?.is_none() {
            ahead.parse::<Token![:]>()?;
            ahead.parse::<Token![=]>()?;
        }
        Ok((name, Expr::parse_without_eager_brace(ahead)?))
    };
    if let Ok((name, lock)) = input.fork().call(otherwise_bound) {
        return bound_by_equals(input, &name, &lock);
    }
    let ahead = input.fork();
    // What follows Python's word is read without it.
    let with = input.cursor().ident().is_some_and(|(word, _)| word == "with");
    if with && (input.peek2(Ident::peek_any) || input.peek2(Token![&]) || input.peek2(Token![*])) {
        let _ = ahead.parse::<Ident>();
    }
    match ahead.call(Expr::parse_without_eager_brace) {
        Ok(Expr::Path(path)) if path.path.get_ident().is_some() && !ahead.is_empty() => {
            let name = shown(&path);
            let guard = if name == "state" { "guard" } else { "state" };
            here(
                input,
                format_args!(
                    "the guard and its lock are both named: write `{guard} = {name}` if `{name}` \
                     is the lock, or `{name} = self.lock` if it is to be the guard"
                ),
            )
        }
        Ok(Expr::Cast(cast)) => bound_by_equals(input, &cast.ty, &cast.expr),
        Ok(Expr::Binary(compared))
            if matches!(compared.op, BinOp::Eq(_)) && name_of(&compared.left).is_some() =>
        {
            bound_by_equals(input, &compared.left, &compared.right)
        }
        Ok(Expr::Assign(assigned)) => assigns(input, &assigned),
        Ok(lock) if leads_to_lock(&lock) && !ahead.is_empty() => {
            let lock = shown(&lock);
            here(
                input,
                format_args!(
                    "the guard needs a name: write `state = {lock}`, or `_ = {lock}` where it is \
                     not used"
                ),
            )
        }
        _ => here(input, format_args!("expected a name for the guard, as in {SHAPE}")),
    }
}

fn bound_by_equals(input: ParseStream, name: &impl ToTokens, lock: &Expr) -> syn::Error {
    let (name, lock) = (shown(name), shown(lock));
    here(input, format_args!("the guard is bound by `=`: write `{name} = {lock}`"))
}

/// The error at an assignment to what is no name.
fn assigns(input: ParseStream, assigned: &ExprAssign) -> syn::Error {
    let (left, right) = (shown(&assigned.left), shown(&assigned.right));
    if let (Expr::Tuple(names), Expr::Tuple(locks)) = (&*assigned.left, &*assigned.right) {
        let pairs = names.elems.iter().zip(&locks.elems);
        let pairs: Vec<String> =
            pairs.map(|(name, lock)| format!("{} = {}", shown(name), shown(lock))).collect();
        let pairs = pairs.join(", ");
        return here(input, format_args!("{BETWEEN_LOCKS}: write `{pairs}`"));
    }
    match &*assigned.left {
        Expr::Reference(inner) if name_of(&inner.expr).is_some() => {
            let name = shown(&inner.expr);
            here(
                input,
                format_args!("the guard is bound by its name alone: write `{name} = {right}`"),
            )
        }
        Expr::Field(_) | Expr::Index(_) if name_of(&assigned.right).is_some() => {
            here(input, format_args!("the guard's name comes first: write `{right} = {left}`"))
        }
        Expr::Tuple(_) | Expr::Call(_) | Expr::Struct(_) | Expr::Array(_) => here(
            input,
            format_args!(
                "the guard is bound by a name: write `state = {right}`, and take it apart inside \
                 the block"
            ),
        ),
        _ => here(input, format_args!("expected a name for the guard, as in {SHAPE}")),
    }
}

/// Whether it is likely that somebody means a lock by the expression.
fn leads_to_lock(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Field(_) | Expr::MethodCall(_) | Expr::Call(_) => true,
        Expr::Reference(inner) => leads_to_lock(&inner.expr),
        Expr::Paren(inner) => leads_to_lock(&inner.expr),
        Expr::Unary(inner) => leads_to_lock(&inner.expr),
        Expr::Index(inner) => leads_to_lock(&inner.expr),
        _ => false,
    }
}

fn arrow(input: ParseStream) -> syn::Result<()> {
    if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        return Ok(());
    }
    Err(if input.is_empty() {
        here(input, "the block is missing: write `=> { … }` after the lock")
    } else if input.peek(syn::token::Brace)
        || input.peek(Token![async])
        || input.peek(Token![->])
        || input.peek(Token![:])
    {
        here(input, BEFORE_BLOCK)
    } else if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![=>]) {
        here(input, BETWEEN_LOCKS)
    } else if input.peek(Token![else]) {
        here(input, "`else { … }` comes after the block")
    } else if input.peek(Token![;]) {
        here(input, "after the lock comes `=>` and the block; several locks are separated by `,`")
    } else if input.peek(Token![try]) {
        here(input, "`try` comes first: `sync_block!(try state = self.lock => { … } else { … })`")
    } else {
        here(input, "expected `=>` and a block, `within` and a time, or `,` and a further lock")
    })
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

/// The block after `else`. `may_fail` says where the locks may not be acquired, and what to say if there
/// is none.
fn otherwise(
    input: ParseStream,
    may_fail: Option<(Span, &str)>,
    errors: &mut Errors,
) -> syn::Result<Option<Body>> {
    if !input.peek(Token![else]) {
        if let Some((span, missing)) = may_fail {
            errors.at(span, missing);
        }
        return Ok(None);
    }
    let word: Token![else] = input.parse()?;
    if may_fail.is_none() {
        errors.at(
            word.span,
            "this block waits for its lock as long as it takes, so `else` would never run: write \
             `try` before the guard's name, or `within` and a time after the lock",
        );
    }
    let expected = if input.peek(Token![if]) {
        "`else` takes a block here: write `else { if … }`"
    } else {
        "after `else` comes the block to run without the lock: `else { … }`"
    };
    body(input, expected).map(Some)
}

fn body(input: ParseStream, expected: &str) -> syn::Result<Body> {
    let error = here(input, expected);
    input.step(|cursor| {
        match cursor.token_tree() {
            Some((proc_macro2::TokenTree::Group(group), rest)) => {
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
