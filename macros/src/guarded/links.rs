//! Links in documentation to where a field has gone.
//!
//! A guarded field moves to the struct of its lock, and its documentation with it, where `Self` is
//! another type. So a link to `Self::name` or `Struct::name`, wherever it stands on the struct, is
//! made to lead to the struct that has the name now.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta};

/// Changes the links of these attributes. `target` gets the type that a path goes through and the name
/// in it, and says which type has it now, if it is another.
pub(crate) fn retarget(attrs: &mut [Attribute], target: impl Fn(&str, &str) -> Option<String>) {
    let mut in_code = false;
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("doc")) {
        let Meta::NameValue(value) = &mut attr.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &mut value.value else { continue };
        let old = text.value();
        let lines = old.split('\n').map(|line| {
            let is_fence = line.trim_start().starts_with("```");
            in_code ^= is_fence;
            if in_code || is_fence { line.to_owned() } else { line_with(line, &target) }
        });
        let new = lines.collect::<Vec<_>>().join("\n");
        if new != old {
            *text = LitStr::new(&new, Span::call_site().located_at(text.span()));
        }
    }
}

/// One line with its links changed.
fn line_with(line: &str, target: &impl Fn(&str, &str) -> Option<String>) -> String {
    let moved = |path: &str| moved(path, target);
    let mut new = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('[') {
        let before = rest[..start].chars().next_back();
        let (ahead, bracketed) = rest.split_at(start + 1);
        new.push_str(ahead);
        let Some(end) = bracketed.find(']') else {
            rest = bracketed;
            break;
        };
        let (text, behind) = bracketed.split_at(end);
        // What the link leads to stands behind its text, or is the text: `[a](b)`, `[a][b]`, `[a]: b`
        // and `[a]`. What is indexed, `a[b]`, is no link.
        let (open, close) = match behind.get(..2) {
            Some("](") => ("](", ')'),
            Some("][") => ("][", ']'),
            Some("]:") => ("]:", '\0'),
            _ => ("]", '\0'),
        };
        let target = &behind[open.len()..];
        let target = &target[..target.find(close).unwrap_or(target.len())];
        new.push_str(text);
        match (open, moved(if open == "]" { text } else { target })) {
            ("]", Some(path)) if !before.is_some_and(|c| c.is_alphanumeric() || c == '`') => {
                new.extend(["](", &path, ")"]);
                rest = &behind[1..];
            }
            ("]", _) => {
                new.push(']');
                rest = &behind[1..];
            }
            (_, path) => {
                new.push_str(open);
                if open == "]:" && path.is_some() {
                    new.push(' ');
                }
                new.push_str(path.as_deref().unwrap_or(target));
                rest = &behind[open.len() + target.len()..];
            }
        }
    }
    new + rest
}

/// The path through the type that has the name now, if it is another.
fn moved(path: &str, target: &impl Fn(&str, &str) -> Option<String>) -> Option<String> {
    let path = path.trim().trim_matches('`');
    let (kind, path) = path.split_once('@').map_or((None, path), |(kind, path)| (Some(kind), path));
    let (start, name) = path.split_once("::")?;
    let end = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
    let kind = kind.map(|kind| format!("{kind}@")).unwrap_or_default();
    Some(format!("{kind}{}::{name}", target(start, &name[..end])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_a_name_has_gone() {
        let target = |of: &str, name: &str| match (of, name) {
            ("Self" | "Store", "items") => Some("StoreLock".to_owned()),
            ("Self", _) => Some("Store".to_owned()),
            _ => None,
        };
        for (old, new) in [
            ("see [`Self::items`].", "see [`Self::items`](StoreLock::items)."),
            ("[Self::new()]", "[Self::new()](Store::new())"),
            (
                "[`Store::items`], [`Other::items`]",
                "[`Store::items`](StoreLock::items), [`Other::items`]",
            ),
            ("[the items](Self::items) of", "[the items](StoreLock::items) of"),
            ("[the items][Self::items]", "[the items][StoreLock::items]"),
            ("[items]: Self::items", "[items]: StoreLock::items"),
            ("[made](fn@Self::new) [`Store::new`]", "[made](fn@Store::new) [`Store::new`]"),
            ("`all[Self::items]` of [x", "`all[Self::items]` of [x"),
            (
                "[elsewhere](https://example.org) [a] [b][c]",
                "[elsewhere](https://example.org) [a] [b][c]",
            ),
        ] {
            assert_eq!(line_with(old, &target), new);
        }
    }

    #[test]
    fn code_is_left_alone() {
        let mut attrs: Vec<Attribute> = vec![
            syn::parse_quote!(#[doc = " ```"]),
            syn::parse_quote!(#[doc = " [`Self::a`]"]),
            syn::parse_quote!(#[doc = " ```"]),
            syn::parse_quote!(#[doc(hidden)]),
            syn::parse_quote!(#[doc = " [`Self::a`]"]),
        ];
        let old = attrs.clone();
        retarget(&mut attrs, |_, _| Some("StoreLock".to_owned()));
        assert_eq!(attrs[..4], old[..4]);
        assert_eq!(attrs[4], syn::parse_quote!(#[doc = " [`Self::a`](StoreLock::a)"]));
    }
}
