//! What a declared condition says: `#[condition(lock, when = |state| …)]`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, ExprClosure, Pat, Token, parse_quote};

use super::model::{Lock, Role, Struct};
use super::words;
use crate::diag::Errors;

/// `when = PREDICATE`, after the lock.
pub(super) fn argument(input: ParseStream) -> syn::Result<Expr> {
    let name: Ident = input.call(Ident::parse_any)?;
    if name != "when" || !input.peek(Token![=]) {
        return Err(syn::Error::new(name.span(), words::NO_WHEN));
    }
    let sign: Token![=] = input.parse()?;
    if input.is_empty() {
        return Err(syn::Error::new(sign.span, words::NO_WHEN));
    }
    let predicate = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() {
        return Ok(predicate);
    }
    Err(syn::Error::new(input.span(), words::MORE_THAN_WHEN))
}

/// The predicate, which is a closure of the state. One that is refused goes on as one that says nothing,
/// so that the condition is a declared one to the rest of the user's code.
pub(super) fn closure(predicate: &Expr, errors: &mut Errors) -> ExprClosure {
    let refused = match predicate {
        Expr::Closure(closure) if closure.asyncness.is_some() => words::predicate_awaits(),
        Expr::Closure(closure) if closure.inputs.len() != 1 => words::predicate_of_the_state(),
        Expr::Closure(closure) => return closure.clone(),
        Expr::Group(group) => return self::closure(&group.expr, errors),
        Expr::Paren(paren) => return self::closure(&paren.expr, errors),
        Expr::Path(_) => words::predicate_by_name(predicate),
        _ => words::predicate_is_no_closure(),
    };
    errors.on(predicate, refused);
    placeholder()
}

fn placeholder() -> ExprClosure {
    parse_quote!(|_| true)
}

/// Refuses predicates that name what the lock does not guard.
pub(super) fn check(source: &mut Struct, lock: &Lock, errors: &mut Errors) {
    for &condition in &lock.conditions {
        let Some(predicate) = &source.fields[condition].when else { continue };
        let mut found = Errors::default();
        let body = predicate.body.to_token_stream();
        let state = parameter(predicate).filter(|state| is_only_asked(state, body.clone()));
        Names { source, lock, state, errors: &mut found }.look(body);
        if !found.is_empty() {
            errors.append(found);
            source.fields[condition].when = Some(placeholder());
        }
    }
}

/// The name by which a predicate knows the state.
fn parameter(predicate: &ExprClosure) -> Option<Ident> {
    match predicate.inputs.first()? {
        Pat::Ident(name) => Some(name.ident.clone()),
        Pat::Type(typed) => match &*typed.pat {
            Pat::Ident(name) => Some(name.ident.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether each mention of the name asks for something of it. If not it may be bound anew there, and stand
/// for something else from then on.
fn is_only_asked(name: &Ident, tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Group(group) => is_only_asked(name, group.stream()),
        TokenTree::Ident(other) if other == name => is_sign(tokens.get(at + 1), '.'),
        _ => true,
    })
}

/// Looks for `self` and for the fields of the state. By tokens, since a predicate is made of macros as
/// often as not (`matches!`).
struct Names<'a> {
    source: &'a Struct,
    lock: &'a Lock,
    state: Option<Ident>,
    errors: &'a mut Errors,
}

impl Names<'_> {
    fn look(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.look(group.stream()),
                // What comes after a dot is a name of something else.
                TokenTree::Ident(name) if !is_sign(tokens.get(at.wrapping_sub(1)), '.') => {
                    self.name(name, &tokens[at + 1..]);
                }
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &Ident, rest: &[TokenTree]) {
        let field = match rest {
            [dot, TokenTree::Ident(field), ..] if is_sign(Some(dot), '.') => Some(field),
            _ => None,
        };
        let is_called = matches!(rest.get(2), Some(TokenTree::Group(_)));
        // `self::path` is no `self`.
        if name == "self" && !is_sign(rest.first(), ':') {
            let field = field.filter(|_| !is_called);
            let span = field.map_or(name.span(), |field| joined(name, field));
            let message = match (field, field.and_then(|field| self.why_not(field))) {
                (Some(field), None) => words::self_for_the_state(field, &self.state()),
                (_, Some(why_not)) => why_not,
                (None, None) => words::self_in_a_predicate(self.lock_name(), &self.state()),
            };
            self.errors.at(span, message);
        } else if let Some(field) =
            field.filter(|_| !is_called && self.state.as_ref() == Some(name))
        {
            if let Some(why_not) = self.why_not(field) {
                self.errors.at(field.span(), why_not);
            }
        }
    }

    fn state(&self) -> String {
        self.state.as_ref().map_or_else(|| "state".to_owned(), ToString::to_string)
    }

    fn lock_name(&self) -> &Ident {
        self.source.fields[self.lock.field].ident()
    }

    /// Why the predicate can't see this field of the struct, if it is one and it can't.
    fn why_not(&self, name: &Ident) -> Option<String> {
        let named = |index: &usize| self.source.fields[*index].ident().unraw() == name.unraw();
        let index = (0..self.source.fields.len()).find(named)?;
        if self.lock.guarded.contains(&index) {
            return None;
        }
        let (lock, state) = (self.lock_name(), self.state());
        Some(match &self.source.fields[index].role {
            Role::Guarded(other, _) => words::guarded_by_another(name, other, lock),
            _ => words::not_guarded(name, lock, &state),
        })
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn joined(first: &Ident, last: &Ident) -> Span {
    first.span().join(last.span()).unwrap_or_else(|| last.span())
}
