//! What both macros need to talk to the user: a collector of errors, and code shown in messages.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Collects errors, so that one compilation reports all of them.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// An error at one token.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// An error under all of `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Takes the error of a failed step, and lets the caller go on without its result.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One `compile_error!` for each error, fit to stand among items and among statements.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.into_iter().map(syn::Error::into_compile_error).collect()
    }

    /// Whether each is at some of the user's code.
    #[cfg(test)]
    pub(crate) fn have_places(&self) -> bool {
        self.0.iter().flatten().all(|error| error.span().source_text().is_some())
    }

    /// The messages alone.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().flatten().map(|error| error.to_string()).collect()
    }
}

/// The user's code on one line, spaced as people write it.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    show(tokens.to_token_stream(), &mut text);
    text
}

fn show(tokens: TokenStream, text: &mut String) {
    let mut in_lifetime = false;
    for token in tokens {
        let lifetime = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                show(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                if matches!(sign, '=' | '+' | '/' | '%' | '^') && !text.ends_with(is_operator) {
                    text.push(' ');
                }
                text.push(sign);
                if sign == ',' || sign == ';' {
                    text.push(' ');
                }
            }
            word => {
                let word = word.to_string();
                let apart = |last: char| last.is_alphanumeric() || "_\"'=+/%^)".contains(last);
                if text.ends_with(apart) && !in_lifetime {
                    text.push(' ');
                }
                text.push_str(&word);
            }
        }
        in_lifetime = lifetime;
    }
}

fn is_operator(sign: char) -> bool {
    "=+-*/%^<>!|& ".contains(sign)
}

/// `a`, `b` and `c`.
pub(crate) fn list<I>(names: I) -> String
where
    I: IntoIterator,
    I::Item: std::fmt::Display,
{
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
    }
}

/// The candidate that `name` was probably meant to be: at most a third of it mistyped.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= name.len().max(candidate.len()).div_ceil(3))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out or changed to turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_shown_as_written() {
        for code in [
            "self.lock",
            "&self.locks[0]",
            "*state",
            "crate::LOCK",
            "self.lock_of(a, &b)",
            "a.b.c",
            "locks[i + 1]",
            "locks[i == 1]",
            "&'a Lock",
        ] {
            let tokens: TokenStream = code.parse().unwrap();
            assert_eq!(shown(&tokens), code);
        }
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(list([""; 0]), "");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn near_misses_are_found() {
        assert_eq!(closest("lokc", ["lock", "other"].into_iter()), Some("lock"));
        assert_eq!(closest("write", ["write_lock"].into_iter()), None);
        assert_eq!(closest("mutex", ["lock"].into_iter()), None);
    }

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("lock", "lock"), 0);
        assert_eq!(distance("lokc", "lock"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("abcd", "a"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("abc", "xyz"), 3);
    }
}
