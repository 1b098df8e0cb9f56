//! The macros that are known to await.
//!
//! Names alone don't tell: `crossbeam_channel::select!` blocks, and a `join!` of the user's own may join
//! strings. So a macro is known by the crate that its path names, and one without a path by what it is
//! given, where that can be nothing else.

use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::sync_block::read::is_sign;

/// The names of macros that await.
pub(super) const AWAITING: &[&str] =
    &["join", "try_join", "select", "select_biased", "pending", "poll"];

/// The crates whose macros of these names do.
const CRATES: &[&str] = &["tokio", "futures", "futures_util", "monoio"];

/// Whether the macro at this path, called with these tokens, is known to await.
pub(super) fn awaits(path: &[&Ident], tokens: &TokenStream) -> bool {
    let Some((name, before)) = path.split_last() else { return false };
    let is_one_of = |name: &Ident, names: &[&str]| names.iter().any(|other| name == other);
    if !is_one_of(name, AWAITING) {
        return false;
    }
    if !before.is_empty() {
        return before.iter().any(|segment| is_one_of(segment, CRATES));
    }
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match name.to_string().as_str() {
        "select" | "select_biased" => selects_from_futures(&tokens),
        "join" | "try_join" => has_async_block(&tokens),
        _ => false,
    }
}

/// Whether the first arm is `PATTERN = FUTURE => …`, or comes after a `biased;`. Elsewhere it is
/// `recv(channel) -> message => …`.
fn selects_from_futures(tokens: &[TokenTree]) -> bool {
    let is_biased = matches!(tokens.first(), Some(TokenTree::Ident(word)) if word == "biased");
    if is_biased && is_sign(tokens, 1, ';') {
        return true;
    }
    let mut signs = (0..tokens.len()).filter(|&at| is_sign(tokens, at, '='));
    signs.next().is_some_and(|at| !is_sign(tokens, at + 1, '>'))
}

/// Whether an argument begins with `async`.
fn has_async_block(tokens: &[TokenTree]) -> bool {
    let mut arguments =
        tokens.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
    arguments
        .any(|argument| matches!(argument.first(), Some(TokenTree::Ident(word)) if word == "async"))
}
