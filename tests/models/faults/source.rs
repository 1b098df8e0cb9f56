//! Seeds a fault in the source text of a file.

use std::collections::BTreeMap;
use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::Result;
use crate::fault::Fault;

/// `text` with `fault` in it.
pub(crate) fn seed(text: &str, fault: &Fault) -> Result<String> {
    let file: TokenStream = text.parse()?;
    let mut items = Vec::new();
    find_items(file, None, &fault.item, &mut items);
    if items.is_empty() {
        return Err(format!("no item `{}`", fault.item).into());
    }
    // Sorted by position.
    let mut edits = BTreeMap::new();
    for change in &fault.changes {
        let (from, to) = (tokens(change.from.parse()?), tokens(change.to.parse()?));
        if from.iter().map(|token| &token.text).eq(to.iter().map(|token| &token.text)) {
            return Err(format!("`{}` is replaced by itself", change.from).into());
        }
        let mut places: Vec<Range<usize>> =
            items.iter().flat_map(|item| places(item, &from)).collect();
        // Items may be nested.
        places.sort_unstable_by_key(|place| place.start);
        places.dedup();
        let [place] = &places[..] else {
            let (from, count) = (&change.from, places.len());
            return Err(format!("`{from}` occurs {count} times").into());
        };
        edits.insert(place.start, (place.end, &change.to));
    }
    let mut seeded = String::new();
    let mut done = 0;
    for (start, (end, to)) in edits {
        if start < done {
            return Err("two changes overlap".into());
        }
        seeded += &text[done..start];
        seeded += to;
        done = end;
    }
    Ok(seeded + &text[done..])
}

struct Token {
    text: String,
    /// Byte range in the source text.
    at: Range<usize>,
}

/// The occurrences of `wanted` in `item`.
fn places(item: &[Token], wanted: &[Token]) -> Vec<Range<usize>> {
    item.windows(wanted.len())
        .filter(|window| window.iter().map(|t| &t.text).eq(wanted.iter().map(|t| &t.text)))
        .map(|window| window[0].at.start..window[window.len() - 1].at.end)
        .collect()
}

/// All tokens of `stream`, flattened, with delimiters.
fn tokens(stream: TokenStream) -> Vec<Token> {
    let mut found = Vec::new();
    collect(stream, &mut found);
    found
}

fn collect(stream: TokenStream, found: &mut Vec<Token>) {
    for tree in stream {
        let TokenTree::Group(group) = &tree else {
            found.push(Token { text: tree.to_string(), at: tree.span().byte_range() });
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        let (before, behind) = (group.span_open().byte_range(), group.span_close().byte_range());
        found.push(Token { text: open.to_owned(), at: before });
        collect(group.stream(), found);
        found.push(Token { text: close.to_owned(), at: behind });
    }
}

/// Collects the tokens of each function and constant called `wanted`: `name`, or `Type::name` in
/// the `impl`s of a type or in a trait.
fn find_items(stream: TokenStream, owner: Option<&str>, wanted: &str, found: &mut Vec<Vec<Token>>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let is_wanted = |name: &str| match wanted.split_once("::") {
        Some((of, wanted)) => owner == Some(of) && name == wanted,
        None => name == wanted,
    };
    // The name that the next braces belong to.
    let mut next_owner = None;
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(word) => {
                let end = match word.to_string().as_str() {
                    "fn" => end_of(&trees, at, |tree| is_braces(tree) || is_punct(tree, ';')),
                    "const" | "static" => end_of(&trees, at, |tree| is_punct(tree, ';')),
                    "impl" | "trait" => {
                        next_owner = owner_of(&trees[at..]);
                        continue;
                    }
                    _ => continue,
                };
                let named = matches!(trees.get(at + 1), Some(TokenTree::Ident(name)) if is_wanted(&name.to_string()));
                if named {
                    found.push(tokens(trees[at..end].iter().cloned().collect()));
                }
            }
            TokenTree::Group(group) => {
                let inner = if is_braces(tree) { next_owner.take() } else { None };
                // Methods inside a macro invocation still belong to their `impl`.
                find_items(group.stream(), inner.as_deref().or(owner), wanted, found);
            }
            _ => {}
        }
    }
}

/// The index after the first of `trees`, from `at` on, for which `last` holds.
fn end_of(trees: &[TokenTree], at: usize, last: impl Fn(&TokenTree) -> bool) -> usize {
    let length = trees[at..].iter().position(last);
    length.map_or(trees.len(), |length| at + length + 1)
}

/// The name of the type or trait of the `impl` or `trait` that `trees` begin with: the last segment
/// of its path.
fn owner_of(trees: &[TokenTree]) -> Option<String> {
    let is_trait = trees[0].to_string() == "trait";
    let (mut depth, mut arrow) = (0, false);
    let mut name = None;
    for tree in &trees[1..] {
        match tree {
            _ if is_braces(tree) => break,
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' && !arrow => depth -= 1,
            TokenTree::Ident(word) if depth == 0 && word == "where" => break,
            TokenTree::Ident(word) if depth == 0 && word != "for" => {
                name = Some(word.to_string());
                if is_trait {
                    break;
                }
            }
            _ => {}
        }
        arrow = is_punct(tree, '-');
    }
    name
}

fn is_braces(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_punct(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Change;

    const TEXT: &str = "
use crate::Word;

/// Größe
const REACH: usize = 16;

impl<T: ?Sized, F: Fn() -> T> Drop for Guard<'_, T, F>
where
    T: Send,
{
    fn drop(&mut self) {
        release(self, Ordering::Release); // here
    }
}

impl Drop for Permit<'_> {
    const_fn! {
        fn drop(&mut self) {
            release(
                self,
                Ordering::Release,
            );
        }
    }
}

trait Enter: Sized {
    fn enter(&self) -> bool { true }
}

fn twice() { once(1); once(2) }
";

    fn seeded(item: &str, changes: &[(&str, &str)]) -> Result<String> {
        let changes = changes
            .iter()
            .map(|(from, to)| Change { from: (*from).to_owned(), to: (*to).to_owned() })
            .collect();
        let fault =
            Fault { file: String::new(), item: item.to_owned(), wrong: String::new(), changes };
        seed(TEXT, &fault)
    }

    fn misfit(item: &str, changes: &[(&str, &str)]) -> String {
        seeded(item, changes).unwrap_err().to_string()
    }

    #[test]
    fn one_place_is_changed() {
        let relaxed = [("Ordering::Release", "Ordering::Relaxed")];
        assert_eq!(
            seeded("Guard::drop", &relaxed).unwrap(),
            TEXT.replacen("Ordering::Release", "Ordering::Relaxed", 1)
        );
        let (first, second) = TEXT.split_once("Permit").unwrap();
        assert_eq!(
            seeded("Permit::drop", &relaxed).unwrap(),
            format!("{first}Permit{}", second.replace("Ordering::Release", "Ordering::Relaxed"))
        );
        assert_eq!(seeded("REACH", &[("16", "0")]).unwrap(), TEXT.replace("16", "0"));
        assert_eq!(
            seeded("Enter::enter", &[("true", "false")]).unwrap(),
            TEXT.replace("true", "false")
        );
    }

    #[test]
    fn layout_and_comments_are_not_compared() {
        let without =
            seeded("Permit::drop", &[("release(self,Ordering::Release,) ;", "")]).unwrap();
        assert_eq!(without.matches("release(").count(), 1);
    }

    #[test]
    fn several_places_are_changed() {
        assert_eq!(
            seeded("twice", &[("once(2)", "never(2)"), ("once(1);", "")]).unwrap(),
            TEXT.replace("once(1); once(2)", " never(2)")
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(misfit("thrice", &[("once", "")]), "no item `thrice`");
        assert_eq!(misfit("Guard::twice", &[("once", "")]), "no item `Guard::twice`");
        assert_eq!(misfit("twice", &[("once", "")]), "`once` occurs 2 times");
        assert_eq!(misfit("twice", &[("never", "")]), "`never` occurs 0 times");
        assert_eq!(
            misfit("drop", &[("Ordering::Release", "")]),
            "`Ordering::Release` occurs 2 times"
        );
        assert_eq!(misfit("twice", &[("once(1)", "once( 1 )")]), "`once(1)` is replaced by itself");
        assert_eq!(misfit("twice", &[("once(1); once(2)", ""), ("2", "3")]), "two changes overlap");
    }

    #[test]
    fn unbalanced_snippets_are_refused() {
        assert!(seeded("twice", &[("once(", "")]).is_err());
    }
}
