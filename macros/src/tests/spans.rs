//! What an editor needs: the user's tokens keep their places, and are there while the user writes.

use std::collections::HashSet;

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, ItemStruct};

use super::expansions::{GUARDED, SYNC_BLOCK};
use super::{expand_guarded, expand_sync_block};
use crate::diag::Errors;
use crate::{guarded, sync_block};

/// A name or literal, and where it is in the source.
type Word = (String, LineColumn);

fn words(tokens: TokenStream) -> Vec<Word> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Punct(_) => {}
            word if word.span().source_text().is_some() => {
                found.push((word.to_string(), word.span().start()));
            }
            _ => {}
        }
    }
    found
}

/// The words of the input that have no place in the expansion.
fn lost(input: TokenStream, expanded: TokenStream) -> Vec<String> {
    let kept: HashSet<Word> = words(expanded).into_iter().collect();
    let lost = words(input).into_iter().filter(|word| !kept.contains(word));
    lost.map(|(word, _)| word).collect()
}

#[test]
fn words_of_structs_keep_their_places() {
    for (arguments, item) in GUARDED {
        let mut errors = Errors::default();
        let expanded =
            guarded::expand_into(&arguments.parse().unwrap(), item.parse().unwrap(), &mut errors);
        let mut input: ItemStruct = syn::parse_str(item).unwrap();
        for field in &mut input.fields {
            let is_read = |attr: &Attribute| {
                attr.path().is_ident("guarded") || attr.path().is_ident("condition")
            };
            field.attrs.retain(|attr| !is_read(attr));
        }
        for word in lost(input.into_token_stream(), expanded) {
            // These become another word.
            assert!(["expect", "Self"].contains(&word.as_str()), "`{word}` is gone from {item}");
        }
    }
}

#[test]
fn words_of_blocks_keep_their_places() {
    for input in SYNC_BLOCK {
        let input: TokenStream = input.parse().unwrap();
        let expanded = sync_block::run(&quote!(::underlock), input.clone());
        for word in lost(input.clone(), expanded) {
            // These belong to the grammar.
            let gone = ["async", "_"].contains(&word.as_str());
            assert!(gone, "`{word}` is gone from {input}");
        }
    }
}

/// `Self` leads to the struct, from where it was written.
#[test]
fn self_keeps_its_place() {
    let item = "struct Node { lock: Lock, #[guarded(lock)] next: Option<Self> }";
    let (expanded, _) = expand_guarded("", item);
    let place = item.find("Self").unwrap();
    let there = words(expanded).into_iter().filter(|(_, start)| start.column == place);
    let there: HashSet<String> = there.map(|(word, _)| word).collect();
    assert_eq!(there, HashSet::from(["Node".to_owned()]));
}

/// What the compiler has to say about a lock stands under its name, the last in its expression.
#[test]
fn a_lock_is_spoken_of_at_its_name() {
    let input = "state = self.stores[0].mutex, { 1 }";
    let (expanded, _) = expand_sync_block(input);
    let place = input.find("mutex").unwrap();
    assert!(words(expanded).iter().any(|(word, at)| word == "enter" && at.column == place));
}

/// What is still to be written takes nothing from the rest.
#[test]
fn half_of_a_struct_is_a_struct() {
    for half in [
        "#[guarded] half: u32",
        "#[guarded()] half: u32",
        "#[guarded(l)] half: u32",
        "#[condition] half: Condition",
        "#[condition(l)] half: Condition",
        "#[g] half: u32",
        "#[] half: u32",
        "half",
        "half:",
        "half: Vec<",
        "pub",
        "#[guarded(lock)]",
    ] {
        let item = format!("struct S {{ lock: Lock, #[guarded(lock)] whole: u8, {half} }}");
        let Ok(item) = item.parse::<TokenStream>() else { panic!("{half} is made of tokens") };
        let mut errors = Errors::default();
        let expanded = guarded::expand_into(&TokenStream::new(), item, &mut errors);
        let expanded = expanded.to_string();
        assert!(expanded.contains("struct S") && expanded.contains("whole : u8"), "{expanded}");
        assert!(!expanded.contains("[guarded") && !expanded.contains("[condition"), "{expanded}");
    }
}

/// What is no item yet comes back as it was, but for our attributes.
#[test]
fn half_of_a_struct_keeps_all_else() {
    let item = "#[derive(Debug)] struct S { x: [u8; 4], y: of!(guarded), #[guarded(lock)] half }";
    let (expanded, messages) = expand_guarded("", item);
    let kept: TokenStream = item.replace("#[guarded(lock)]", "").parse().unwrap();
    assert_eq!(expanded.to_string(), kept.to_string());
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[test]
fn half_of_a_block_is_a_block() {
    for half in
        ["state.", "state.items.", "let x =", "if state", "match x { A =>", "foo(", "x.await."]
    {
        // What is open is closed by the editor, as it is by this.
        let closed = half.replace('{', "{}").replace('(', "()");
        let (expanded, errors) = expand_sync_block(&format!("state = self.lock, {{ {closed} }}"));
        let body: TokenStream = closed.parse().unwrap();
        assert!(expanded.to_string().contains(&body.to_string()), "{expanded}");
        assert!(errors.len() < 2, "{errors:?}");
    }
}
