//! A guard waits for and notifies conditions of the value that its lock is a field of.
//!
//! That is checked when the program runs. Here it is told where it can be seen: the lock and the
//! condition are fields of places that are named differently. It goes by tokens, since to parse each
//! block that notifies would cost its users more.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::parse::Input;
use super::read::is_sign;
use crate::diag::Errors;

/// The methods of a guard that take a condition first.
const METHODS: &[&str] =
    &["wait", "wait_for", "wait_for_some", "wait_until", "notify", "notify_one", "notify_all"];

pub(super) fn check(input: &Input, errors: &mut Errors) {
    let is_worth_a_look = input.body.mentions(METHODS);
    for entry in &input.entries {
        let lock: Vec<TokenTree> = entry.lock.to_token_stream().into_iter().collect();
        let (Some(guard), (Some(lock), [])) = (&entry.name, Field::read(&lock)) else { continue };
        let instance = Held { guard, lock };
        let entered: Vec<TokenTree> = entry.head.to_token_stream().into_iter().collect();
        if let Some(condition) = argument_of(Field::read(&entered).1, "when") {
            instance.given("when", condition, errors);
        }
        if is_worth_a_look {
            instance.visit(input.body.braces.stream(), errors);
        }
    }
}

/// A field, by its path from a name: `self.left.lock`.
struct Field(Vec<Ident>);

impl Field {
    /// The field that the tokens begin with, and what comes after it.
    fn read(tokens: &[TokenTree]) -> (Option<Self>, &[TokenTree]) {
        let mut steps = Vec::new();
        let mut rest = tokens;
        while let [TokenTree::Ident(step), after @ ..] = rest {
            let is_call = matches!(after.first(), Some(TokenTree::Group(_)));
            if is_call && steps.len() > 1 {
                // The name of a method, whose dot belongs to it.
                rest = &tokens[2 * steps.len() - 1..];
                break;
            }
            steps.push(step.clone());
            rest = after;
            match rest {
                [TokenTree::Punct(dot), after @ ..] if dot.as_char() == '.' => rest = after,
                _ => break,
            }
        }
        let is_field = steps.len() > 1;
        (is_field.then_some(Field(steps)), rest)
    }

    fn value(&self) -> &[Ident] {
        &self.0[..self.0.len() - 1]
    }

    /// Whether they are fields of two values. Of as long a path, that is: a shorter one may lead
    /// through a pointer, or begin at another name for a part of the other.
    fn is_apart_from(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.value() != other.value()
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&joined(&self.0))
    }
}

fn joined(steps: &[Ident]) -> String {
    steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// What the method is given, if the tokens begin with its call.
fn argument_of(tokens: &[TokenTree], method: &str) -> Option<TokenStream> {
    match tokens {
        [_, TokenTree::Ident(name), TokenTree::Group(given), ..]
            if is_sign(tokens, 0, '.') && name == method && is_list(given.delimiter()) =>
        {
            Some(given.stream())
        }
        _ => None,
    }
}

fn is_list(delimiter: Delimiter) -> bool {
    delimiter == Delimiter::Parenthesis
}

/// A guard, and the lock that it holds.
struct Held<'a> {
    guard: &'a Ident,
    lock: Field,
}

impl Held<'_> {
    fn visit(&self, tokens: TokenStream, errors: &mut Errors) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for at in 0..tokens.len() {
            match &tokens[at..] {
                // From here on the name may stand for something else.
                [TokenTree::Ident(word), rest @ ..] if word == "let" && self.binds(rest) => return,
                [TokenTree::Ident(name), rest @ ..] if name == self.guard => match rest {
                    // A closure's parameter.
                    [TokenTree::Punct(sign), ..] if sign.as_char() == '|' => return,
                    rest if at == 0 || !is_sign(&tokens, at - 1, '.') => {
                        for method in METHODS {
                            if let Some(arguments) = argument_of(rest, method) {
                                self.given(method, arguments, errors);
                            }
                        }
                    }
                    _ => {}
                },
                [TokenTree::Group(group), ..] => {
                    let is_block = at > 1
                        && is_sign(&tokens, at - 1, '!')
                        && matches!(&tokens[at - 2], TokenTree::Ident(name) if name == "sync_block");
                    if !(is_block && self.is_bound_again(group.stream())) {
                        self.visit(group.stream(), errors);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a nested block with these tokens has a guard of the same name.
    fn is_bound_again(&self, block: TokenStream) -> bool {
        let tokens: Vec<TokenTree> = block.into_iter().collect();
        (0..tokens.len()).any(|at| {
            (at == 0 || is_sign(&tokens, at - 1, ','))
                && matches!(&tokens[at], TokenTree::Ident(name) if name == self.guard)
                && is_sign(&tokens, at + 1, '=')
        })
    }

    /// Whether a `let` binds the guard's name to something that is not its own.
    fn binds(&self, tokens: &[TokenTree]) -> bool {
        let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if matches!(sign.as_char(), '=' | ';'));
        let pattern = tokens.iter().take_while(|token| !is_end(token)).cloned().collect();
        super::read::mentions(pattern, &|name| name == self.guard)
    }

    /// The method was given these arguments, the condition first.
    fn given(&self, method: &str, arguments: TokenStream, errors: &mut Errors) {
        let arguments: Vec<TokenTree> = arguments.into_iter().collect();
        let [TokenTree::Punct(and), condition @ ..] = &*arguments else { return };
        let (Some(field), rest) = Field::read(condition) else { return };
        let is_all = rest.is_empty() || is_sign(rest, 0, ',');
        if and.as_char() != '&' || !is_all || !field.is_apart_from(&self.lock) {
            return;
        }
        let (mine, theirs) = (joined(self.lock.value()), joined(field.value()));
        let condition: TokenStream =
            condition[..condition.len() - rest.len()].iter().cloned().collect();
        let lock = &self.lock.0[self.lock.0.len() - 1];
        errors.on(
            condition,
            format_args!(
                "`{field}` is not a condition of `{}`: enter `{theirs}.{lock}` to call `.{method}(…)` \
                 with it, or name a condition of `{mine}`",
                self.lock
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::expand_sync_block;

    fn refused(input: &str) -> usize {
        let (_, messages) = expand_sync_block(input);
        assert!(
            messages.iter().all(|message| message.contains("is not a condition of")),
            "{messages:?}"
        );
        messages.len()
    }

    #[test]
    fn conditions_of_other_values_are_told() {
        for block in [
            "a = self.lock, { a.notify_one(&other.changed); }",
            "a = self.lock, { if x { a = a.wait_for(&other.changed, |a| a.x).await; } }",
            "a = self.lock, { a = a.wait(&other.changed).await; }",
            "a = self.left.lock, { a.notify(&self.right.changed, 2) }",
            "a = x.lock, b = y.lock, { a.notify_one(&x.changed); a.notify_one(&y.changed) }",
            "a = self.lock.when(&other.changed), {}",
            "a = self.lock.when(&other.changed).now(), {}",
            "a = self.lock, { sync_block!(b = other.lock, { a.notify_all(&other.changed) }) }",
        ] {
            assert_eq!(refused(block), 1, "{block}");
        }
    }

    #[test]
    fn what_may_be_the_same_value_is_not() {
        for block in [
            "a = self.lock, { a.notify_one(&self.changed); }",
            "a = self.lock, { a.notify_one(changed); a.notify_one(&changed); }",
            "a = self.inner.lock, { a.notify_one(&inner.changed) }",
            "a = self.lock, { a.notify_one(&self.inner.changed) }",
            "a = self.lock, { a.notify_one(&self.others[0].changed) }",
            "a = self.lock, { a.notify_one(&other().changed) }",
            "a = lock, { a.notify_one(&other.changed) }",
            "a = self.next().lock, { a.notify_one(&other.changed) }",
            "a = self.lock, { x.a.notify_one(&other.changed) }",
            "a = self.lock, { sync_block!(a = other.lock, { a.notify_one(&other.changed) }) }",
            "a = self.lock, async { let a = other.lock.acquire().await; a.notify_one(&other.changed) }",
            "a = self.lock, { each(|a| a.notify_one(&other.changed)) }",
            "a = self.lock.when(&self.changed), { a.push(&other.changed) }",
        ] {
            assert_eq!(refused(block), 0, "{block}");
        }
    }
}
