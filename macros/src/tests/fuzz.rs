//! Whatever stands between the parentheses, the macros do not panic, and what they give is Rust: an
//! expansion, or what is wrong, with the place where it is.
//!
//! `PROPTEST_CASES` says how many inputs each test tries.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use quote::quote;
use syn::Block;
use syn::parse::Parser;

use super::expansions::{GUARDED, SYNC_BLOCK};
use crate::diag::Errors;
use crate::{guarded, sync_block};

/// What random input is made of: parts of what the macros read, and of what they don't expect.
const PARTS: &[&str] = &[
    "lock",
    "state",
    "self",
    "Self",
    "self.lock",
    "Lock",
    "Condition",
    "Lock<T, 2>",
    "u32",
    "r#try",
    "_",
    "struct",
    "enum",
    "pub",
    "pub(crate)",
    "fn f() {}",
    "where",
    "const N: usize",
    "try",
    "now()",
    "within(limit)",
    "within",
    "async",
    "await",
    "move",
    "mut",
    "let",
    "else",
    "if",
    "in",
    "as",
    "guarded",
    "sync_block!",
    "join!",
    "release",
    "=",
    "=>",
    "==",
    ".",
    ",",
    ";",
    ":",
    "::",
    "|",
    "&",
    "*",
    "!",
    "?",
    "<",
    ">",
    "#",
    "->",
    "'a",
    "1",
    "1.5",
    "\"text\"",
    "{}",
    "{ 1 }",
    "()",
    "(lock)",
    "[0]",
    "<T>",
    ".wait(&self.c).await",
    ".acquire().await",
    "#[guarded(lock)]",
    "#[guarded]",
    "#[condition(lock)]",
    "#[cfg(test)]",
    "#[cfg_attr(test, guarded(lock))]",
    "#[derive(Debug)]",
    "x: u32,",
    "lock: Lock,",
    "c: Condition,",
    "state = self.lock",
    "{ state.wait(&self.c).await; }",
    "sync_block!(a = self.lock, { a })",
];

fn parsed(code: &str) -> TokenStream {
    code.parse().unwrap()
}

/// A change of one token.
#[derive(Debug, Clone)]
enum Edit {
    Delete,
    Double,
    /// Exchanges it with the next.
    Swap,
    /// Puts it into a group that can't be seen, as `macro_rules!` does with what it is given.
    Hide,
    Replace(&'static str),
    Precede(&'static str),
}

impl Edit {
    fn of(&self, token: TokenTree, rest: &mut VecDeque<TokenTree>) -> TokenStream {
        match self {
            Edit::Delete => TokenStream::new(),
            Edit::Double => quote!(#token #token),
            Edit::Swap => {
                let next = rest.pop_front();
                quote!(#next #token)
            }
            Edit::Hide => {
                let span = token.span();
                let mut hidden = Group::new(Delimiter::None, token.into());
                hidden.set_span(span);
                quote!(#hidden)
            }
            Edit::Replace(with) => parsed(with),
            Edit::Precede(with) => {
                let with = parsed(with);
                quote!(#with #token)
            }
        }
    }
}

/// Changes the token with this number, those in groups counted too. What is left of the number is
/// how many tokens there were too few.
fn edit(tokens: TokenStream, number: &mut Option<usize>, edit_by: &Edit) -> TokenStream {
    let mut rest: VecDeque<TokenTree> = tokens.into_iter().collect();
    let mut edited = TokenStream::new();
    while let Some(token) = rest.pop_front() {
        *number = match *number {
            Some(0) => {
                edited.extend(edit_by.of(token, &mut rest));
                edited.extend(rest);
                *number = None;
                return edited;
            }
            number => number.map(|number| number - 1),
        };
        edited.extend(match token {
            TokenTree::Group(group) => {
                let mut changed =
                    Group::new(group.delimiter(), edit(group.stream(), number, edit_by));
                changed.set_span(group.span());
                TokenStream::from(TokenTree::from(changed))
            }
            token => token.into(),
        });
    }
    edited
}

fn count(tokens: TokenStream) -> usize {
    let inside = |token| match token {
        TokenTree::Group(group) => 1 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(inside).sum()
}

/// `code`, with a few tokens changed.
fn edited(code: &str, edits: &[(Index, Edit)]) -> TokenStream {
    edits.iter().fold(parsed(code), |tokens, (at, change)| match count(tokens.clone()) {
        0 => tokens,
        count => edit(tokens, &mut Some(at.index(count)), change),
    })
}

fn edits() -> impl Strategy<Value = Vec<(Index, Edit)>> {
    let edit = prop_oneof![
        Just(Edit::Delete),
        Just(Edit::Double),
        Just(Edit::Swap),
        Just(Edit::Hide),
        select(PARTS).prop_map(Edit::Replace),
        select(PARTS).prop_map(Edit::Precede),
    ];
    vec((any::<Index>(), edit), 1..6)
}

fn parts() -> impl Strategy<Value = String> {
    vec(select(PARTS), 0..16).prop_map(|parts| parts.join(" "))
}

fn is_file(tokens: TokenStream) -> bool {
    syn::parse2::<syn::File>(tokens).is_ok()
}

/// Expands it, and checks what comes out.
fn check_guarded(arguments: &TokenStream, item: TokenStream) -> Result<(), TestCaseError> {
    let mut errors = Errors::default();
    let expanded = guarded::expand_into(arguments, item.clone(), &mut errors);
    if syn::parse2::<syn::Item>(item).is_ok() {
        prop_assert!(errors.have_places(), "{:?}", errors.messages());
        prop_assert!(is_file(expanded.clone()), "{expanded}");
    } else {
        prop_assert!(!errors.is_empty());
    }
    prop_assert!(is_file(errors.into_tokens()));
    Ok(())
}

fn check_sync_block(input: TokenStream) -> Result<(), TestCaseError> {
    let expanded = sync_block::run(&quote!(::underlock), input.clone());
    // What the user's own braces hold goes through as it is.
    let is_block = |token| match token {
        TokenTree::Group(group) => Block::parse_within.parse2(group.stream()).is_ok(),
        _ => true,
    };
    if input.into_iter().all(is_block) {
        prop_assert!(syn::parse2::<Block>(expanded.clone()).is_ok(), "{expanded}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_struct(arguments in parts(), fields in parts(), generics in parts()) {
        check_guarded(&parsed(&arguments), parsed(&format!("struct S {{ {fields} }}")))?;
        check_guarded(&parsed("no_markers"), parsed(&format!("struct S<{generics}> {{ x: u32 }}")))?;
    }

    #[test]
    fn any_item(item in parts()) {
        check_guarded(&TokenStream::new(), parsed(&item))?;
    }

    #[test]
    fn structs_with_mistakes((arguments, item) in select(GUARDED), edits in edits()) {
        check_guarded(&parsed(arguments), edited(item, &edits))?;
    }

    #[test]
    fn any_block(head in parts(), body in parts()) {
        check_sync_block(parsed(&head))?;
        check_sync_block(parsed(&format!("state = self.lock, {{ {body} }}")))?;
        check_sync_block(parsed(&format!("{head}, {{ {body} }}")))?;
    }

    #[test]
    fn blocks_with_mistakes(input in select(SYNC_BLOCK), edits in edits()) {
        check_sync_block(edited(input, &edits))?;
    }
}
