//! What was probably meant by input that is none of the grammar.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{BinOp, Expr, ExprAssign, Ident, Token};

use super::super::read::name_of;
use super::Entry;
use crate::diag::shown;

mod keyword {
    syn::custom_keyword!(within);
}

const SHAPE: &str = "`sync_block!(state = self.lock, { … })`";
const BETWEEN_LOCKS: &str = "several locks are separated by `,`";

/// An error at the next token; at the end of the input, at the macro's call.
fn here(input: ParseStream, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(input.span(), message)
}

pub(super) fn nothing(input: ParseStream) -> syn::Error {
    here(input, format_args!("name a guard, its lock and a block: {SHAPE}"))
}

pub(super) fn no_lock(input: ParseStream) -> syn::Error {
    here(input, "after `=` comes the lock: `state = self.lock`")
}

pub(super) fn assigned_on(more: &ExprAssign) -> syn::Error {
    syn::Error::new_spanned(&more.left, BETWEEN_LOCKS)
}

pub(super) fn no_block(input: ParseStream) -> syn::Error {
    if input.is_empty() {
        here(input, "the block is missing: write `, { … }` after the lock")
    } else {
        here(input, "after `async` comes the block to run with the lock held: `async { … }`")
    }
}

/// The error at an expression where a block in braces should end the input.
pub(super) fn no_braces(input: ParseStream, entries: &[Entry]) -> Option<syn::Error> {
    let ahead = input.fork();
    let moves = ahead.parse::<Option<Token![move]>>().ok()?.is_some();
    let value: Expr = ahead.parse().ok()?;
    let is_value = ahead.is_empty() && !leads_to_lock(&value) && !matches!(value, Expr::Assign(_));
    (moves || is_value).then(|| {
        let shown = heads(entries);
        here(input, format_args!("the block stands in braces: `sync_block!({shown}, {{ … }})`"))
    })
}

/// The error where neither a comma nor the end follows a head.
pub(super) fn no_comma(input: ParseStream, entries: &[Entry]) -> syn::Error {
    let shown = heads(entries);
    if input.is_empty() {
        here(input, "the block is missing: write `, { … }` after the lock")
    } else if input.peek(syn::token::Brace)
        || input.peek(Token![->])
        || input.peek(Token![:])
        || input.peek(Token![;]) && input.peek2(syn::token::Brace)
    {
        here(input, format_args!("a `,` stands before the block: `sync_block!({shown}, {{ … }})`"))
    } else if input.peek(Token![async]) {
        here(
            input,
            format_args!("a `,` stands before the block: `sync_block!({shown}, async {{ … }})`"),
        )
    } else if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![=>])
        || input.peek(Token![;])
    {
        here(input, BETWEEN_LOCKS)
    } else {
        here(input, format_args!("expected `,` and the block: `sync_block!({shown}, {{ … }})`"))
    }
}

pub(super) fn after_block(input: ParseStream) -> syn::Error {
    here(input, "nothing may follow the block: end `sync_block!(…)` after it")
}

pub(super) fn else_after_block(input: ParseStream) -> syn::Error {
    here(
        input,
        "a block has no `else`: end its last head in `.now()` or `.within(…)`, and its value is a \
         `Result`",
    )
}

/// `a = x.lock, b = y.lock`
fn heads(entries: &[Entry]) -> String {
    let heads: Vec<String> = entries.iter().map(|entry| head(entry, "")).collect();
    heads.join(", ")
}

fn head(entry: &Entry, limit: &str) -> String {
    let name = entry.name.as_ref().map_or_else(|| "_".to_owned(), ToString::to_string);
    format!("{name} = {}{limit}", shown(&entry.head))
}

// === the grammar of before ===

/// Refuses `[try] NAME = LOCK, … [within LIMIT] => [async] { … } [else { … }]`, once, and writes it
/// out in the grammar of today.
pub(super) fn former_grammar(input: ParseStream) -> syn::Result<()> {
    if !has_former_words(input.cursor().token_stream()) {
        return Ok(());
    }
    let ahead = input.fork();
    let tries: Option<Token![try]> = ahead.parse()?;
    let mut entries = Vec::new();
    let mut within: Option<(keyword::within, Expr)> = None;
    while let Ok(entry) = former_entry(&ahead) {
        entries.push(entry);
        if within.is_none() && ahead.peek(keyword::within) && !ahead.peek2(Token![=]) {
            let Ok(word) = ahead.parse() else { return Ok(()) };
            let Ok(time) = Expr::parse_without_eager_brace(&ahead) else { return Ok(()) };
            within = Some((word, time));
        }
        if ahead.peek(Token![=>]) || ahead.parse::<Token![,]>().is_err() {
            break;
        }
    }
    let arrow: Option<Token![=>]> = ahead.parse()?;
    let Some(last) = entries.last() else { return Ok(()) };
    let (limit, span, word) = match (&within, &tries, &arrow) {
        (Some((word, time)), _, _) => {
            (format!(".within({})", shown(time)), word.span, "`within` is a method of the lock")
        }
        (None, Some(word), _) => {
            (".now()".to_owned(), word.span, "`try` is the method `now` of the lock")
        }
        (None, None, Some(arrow)) => {
            (String::new(), arrow.spans[0], "a `,` stands before the block")
        }
        (None, None, None) => return Ok(()),
    };
    let mut heads: Vec<String> =
        entries[..entries.len() - 1].iter().map(|entry| head(entry, "")).collect();
    heads.push(head(last, &limit));
    let heads = heads.join(", ");
    let body = if ahead.peek(Token![async]) { "async { … }" } else { "{ … }" };
    let result = if limit.is_empty() {
        ""
    } else {
        "; the block's value is a `Result`, in the place of `else`"
    };
    Err(syn::Error::new(span, format_args!("{word}: write `sync_block!({heads}, {body})`{result}")))
}

/// Whether reading the heads twice is worth it: a right block has none of these words but in its
/// braces and after a dot.
fn has_former_words(tokens: TokenStream) -> bool {
    let mut last = ' ';
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(sign) => {
            let is_arrow = last == '=' && sign.as_char() == '>';
            last = sign.as_char();
            is_arrow
        }
        TokenTree::Ident(word) => {
            let is_former = last != '.' && (word == "try" || word == "within");
            last = ' ';
            is_former
        }
        _ => {
            last = ' ';
            false
        }
    })
}

fn former_entry(input: ParseStream) -> syn::Result<Entry> {
    let name = if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        None
    } else {
        Some(input.parse()?)
    };
    input.parse::<Token![=]>()?;
    Ok(Entry::new(name, Expr::parse_without_eager_brace(input)?))
}

// === names ===

/// The error where a name and `=` should be.
pub(super) fn nameless(input: ParseStream) -> syn::Error {
    if input.peek(Token![let]) {
        return here(input, "the guard is bound without `let`: write `state = self.lock`");
    }
    if input.peek(Ident::peek_any) && input.peek2(Ident) && input.peek3(Token![=]) {
        let word = input.cursor().ident().map_or_else(String::new, |(word, _)| word.to_string());
        let instead = if word == "async" { "; a block that awaits is `async { … }`" } else { "" };
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
