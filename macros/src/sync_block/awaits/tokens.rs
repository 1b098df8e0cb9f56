//! The fallback where syn can't parse what a macro is given: `.await`s are found by their tokens.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::Awaits;
use super::wording::MOVE_OUT;
use crate::sync_block::read::{Contents, WAITS, is_sign};

impl Awaits<'_> {
    /// Looks for `.await` where there is nothing but tokens.
    pub(super) fn tokens(&mut self, tokens: TokenStream) {
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
                    let guard = waited_on(&tokens[..at - 1]).filter(|name| self.is_guard(name));
                    self.awaited(word.span(), guard.as_slice(), MOVE_OUT);
                }
                TokenTree::Ident(name) if is_sign(&tokens, at + 1, '!') => {
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 2) {
                        if !self.awaiting_macro(&path_to(&tokens[..=at]), &group.stream()) {
                            self.contents(&Contents::of(name, group.stream()));
                        }
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

/// The path that the tokens end in.
fn path_to(tokens: &[TokenTree]) -> Vec<&Ident> {
    match tokens {
        [before @ .., TokenTree::Ident(name)] => {
            let mut path = match before {
                [before @ .., TokenTree::Punct(one), TokenTree::Punct(other)]
                    if one.as_char() == ':' && other.as_char() == ':' =>
                {
                    path_to(before)
                }
                _ => Vec::new(),
            };
            path.push(name);
            path
        }
        _ => Vec::new(),
    }
}

/// The name before `.wait(…)` or `.wait(…).within(…)`, if the tokens end in that.
fn waited_on(tokens: &[TokenTree]) -> Option<&Ident> {
    let tokens = match tokens {
        [wait @ .., TokenTree::Punct(dot), TokenTree::Ident(limit), TokenTree::Group(_)]
            if dot.as_char() == '.' && limit == "within" =>
        {
            wait
        }
        tokens => tokens,
    };
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
