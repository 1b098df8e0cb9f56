//! Guards that are assigned to and not used after.
//!
//! What a wait returns is assigned for the lock to be held until the block's end, but a guard's drop
//! is no use to the compiler, which would warn: "value assigned to `state` is never read". To allow that
//! lint is an error where the user forbids it. So what is written after such an assignment reads the
//! guard, and does nothing: `match state { _ => {} }`.
//!
//! The rest of the block stays as it is, token by token. A list of statements that is taken apart loses
//! one thing, the origin of the invisible groups in which `macro_rules!` puts what it is given, without
//! which the compiler does not see them: see [`visible`].

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::Expr;

use super::parse::Input;
use super::read::{Body, is_sign};

/// The block with its guards read where they are assigned to, if they are.
pub(super) fn read_after(input: &Input) -> Option<Body> {
    let guards: Vec<&Ident> = input.names().collect();
    read_in(&input.body.braces, &guards).map(Body::new)
}

/// The same for what is in a group, if guards are assigned to there.
fn read_in(group: &Group, guards: &[&Ident]) -> Option<Group> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut found = false;
    let mut read = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        let assigned = assigned_at(&tokens, at, group.delimiter(), guards);
        let Some((assigned, end)) = assigned else {
            let token = token_read(&tokens, at, guards);
            found |= token.is_some();
            read.extend([token.unwrap_or_else(|| visible(&tokens[at]))]);
            at += 1;
            continue;
        };
        found = true;
        let assignment = (at..end)
            .map(|at| token_read(&tokens, at, guards).unwrap_or_else(|| visible(&tokens[at])));
        let assignment: TokenStream = assignment.collect();
        let block = quote_spanned! { Span::mixed_site() =>
            {
                #assignment;
                #(match #assigned { _ => {} })*
            }
        };
        // A block at the end is not taken for a statement, and to one with a `;` a lint objects.
        let is_statement = is_sign(&tokens, end, ';');
        read.extend(if is_statement {
            quote_spanned!(Span::mixed_site()=> let () = #block;)
        } else {
            block
        });
        at = end + usize::from(is_statement);
    }
    found.then(|| {
        let mut other = Group::new(group.delimiter(), read);
        other.set_span(group.span());
        other
    })
}

/// The token, if it is a group in which guards are assigned to and read.
fn token_read(tokens: &[TokenTree], at: usize, guards: &[&Ident]) -> Option<TokenTree> {
    let TokenTree::Group(group) = &tokens[at] else { return None };
    let read = match &tokens[..at] {
        // What another macro is given may mean something else.
        [.., TokenTree::Ident(name), TokenTree::Punct(sign)] if sign.as_char() == '!' => {
            (name == "sync_block").then(|| read_in_nested(group, guards)).flatten()
        }
        [.., TokenTree::Punct(sign), TokenTree::Ident(_)] if sign.as_char() == '!' => None,
        // In the braces of an `enum`, a name before a `=` is a variant.
        [.., TokenTree::Ident(word), TokenTree::Ident(_)] if word == "enum" => None,
        _ => read_in(group, guards),
    };
    read.map(TokenTree::Group)
}

/// The token, if an invisible group with its meaning kept: an expression of several parts in
/// parentheses, and a block in braces of the macro's own, which no lint calls needless.
fn visible(token: &TokenTree) -> TokenTree {
    let TokenTree::Group(group) = token else { return token.clone() };
    if group.delimiter() != Delimiter::None {
        return token.clone();
    }
    let delimiter = match syn::parse2(group.stream()) {
        Ok(Expr::Block(block)) if block.attrs.is_empty() && block.label.is_none() => {
            let braces = group.stream().into_iter().next();
            return braces.map_or_else(|| token.clone(), |braces| own(braces, group.span()));
        }
        Ok(
            Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) | Expr::Unary(_) | Expr::Reference(_),
        ) => Delimiter::Parenthesis,
        _ => Delimiter::None,
    };
    own(Group::new(delimiter, group.stream()).into(), group.span())
}

fn own(mut token: TokenTree, place: Span) -> TokenTree {
    token.set_span(Span::mixed_site().located_at(place));
    token
}

/// What a `sync_block!` is given: its block is the last of its braces.
fn read_in_nested(group: &Group, guards: &[&Ident]) -> Option<Group> {
    let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let body = tokens.iter_mut().rev().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    })?;
    *body = read_in(body, guards)?;
    let mut other = Group::new(group.delimiter(), tokens.into_iter().collect());
    other.set_span(group.span());
    Some(other)
}

/// The guards that are assigned to by what begins here, if that is a statement or a match arm's
/// expression, and where it ends.
fn assigned_at(
    tokens: &[TokenTree],
    at: usize,
    delimiter: Delimiter,
    guards: &[&Ident],
) -> Option<(Vec<Ident>, usize)> {
    let assigns = is_sign(tokens, at + 1, '=')
        && !is_sign(tokens, at + 2, '=')
        && !is_sign(tokens, at + 2, '>');
    if delimiter != Delimiter::Brace || !assigns {
        return None;
    }
    let end = match without_attributes(&tokens[..at]) {
        [] => ';',
        [.., TokenTree::Punct(end)] if end.as_char() == ';' => ';',
        [.., TokenTree::Group(block)] if block.delimiter() == Delimiter::Brace => ';',
        [.., TokenTree::Punct(one), TokenTree::Punct(other)]
            if one.as_char() == '=' && other.as_char() == '>' =>
        {
            ','
        }
        _ => return None,
    };
    let mut assigned = Vec::new();
    places(&tokens[at], guards, &mut assigned);
    let end = (at..tokens.len()).find(|&at| is_sign(tokens, at, end)).unwrap_or(tokens.len());
    (!assigned.is_empty()).then_some((assigned, end))
}

fn without_attributes(tokens: &[TokenTree]) -> &[TokenTree] {
    let [before @ .., TokenTree::Group(attribute)] = tokens else { return tokens };
    let (before, hash) = match before {
        [before @ .., TokenTree::Punct(hash), TokenTree::Punct(inner)]
            if inner.as_char() == '!' =>
        {
            (before, hash)
        }
        [before @ .., TokenTree::Punct(hash)] => (before, hash),
        _ => return tokens,
    };
    let is_attribute = hash.as_char() == '#' && attribute.delimiter() == Delimiter::Bracket;
    if is_attribute { without_attributes(before) } else { tokens }
}

/// The guards among the places that an assignment begins with: a name, or names in a tuple.
fn places(place: &TokenTree, guards: &[&Ident], found: &mut Vec<Ident>) {
    match place {
        TokenTree::Ident(name) if guards.contains(&name) => found.push(name.clone()),
        TokenTree::Group(tuple) if tuple.delimiter() == Delimiter::Parenthesis => {
            let parts: Vec<TokenTree> = tuple.stream().into_iter().collect();
            for (at, part) in parts.iter().enumerate() {
                let is_whole = (at == 0 || is_sign(&parts, at - 1, ','))
                    && (at + 1 == parts.len() || is_sign(&parts, at + 1, ','));
                if is_whole {
                    places(part, guards, found);
                }
            }
        }
        _ => {}
    }
}
