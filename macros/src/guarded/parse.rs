//! From tokens to a [`Struct`]: the arguments, the item, the attributes on its fields.

use std::cell::Cell;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Field, Fields, Item, ItemStruct, Meta, Path, Token};

use super::model::{Kind, Member, Role, Struct, tell_apart};
use super::when;
use crate::diag::{Errors, closest, shown};
use crate::grouping::Parenthesize;

/// What is said of the struct as a whole.
pub(crate) struct Arguments {
    /// Where the run-time crate is found, unless it is `::underlock`.
    pub(crate) underlock: Option<Path>,
    pub(crate) markers: bool,
}

/// Reads the arguments: `crate = path` and `no_markers`, in any order.
pub(crate) fn arguments(tokens: TokenStream, errors: &mut Errors) -> Arguments {
    let mut read = Arguments { underlock: None, markers: true };
    let result = (|input: ParseStream| read.parse(input, errors)).parse2(tokens);
    errors.keep(result);
    read
}

impl Arguments {
    fn parse(&mut self, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        while !input.is_empty() {
            let argument = Ident::parse_any(input);
            match argument {
                Ok(name) if name == "no_markers" => {
                    if !self.markers {
                        errors.at(name.span(), twice("no_markers"));
                    }
                    self.markers = false;
                }
                Ok(name) if name == "crate" && input.peek(Token![=]) => {
                    input.parse::<Token![=]>()?;
                    let path = input.call(Path::parse_mod_style).map_err(|error| {
                        let message = "`crate` is the path to `underlock` as this crate has it: \
                                       write `crate = path::to::underlock`";
                        syn::Error::new(error.span(), message)
                    })?;
                    if self.underlock.replace(path).is_some() {
                        errors.at(name.span(), twice("crate"));
                    }
                }
                Ok(name) => return Err(unknown(name.span(), input)),
                Err(error) => return Err(unknown(error.span(), input)),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

fn twice(argument: &str) -> String {
    format!("`{argument}` is written twice: leave one of them out")
}

/// The error of an argument that there is not, for which the rest is not read.
fn unknown(span: Span, input: ParseStream) -> syn::Error {
    let rest = input.parse::<TokenStream>().unwrap_or_default();
    let end = rest.into_iter().last().map_or(span, |last| last.span());
    syn::Error::new(
        span.join(end).unwrap_or(span),
        "`#[guarded]` on a struct takes no argument but `no_markers` and `crate = path`; which lock \
         guards a field is said on the field: `#[guarded(lock)]`",
    )
}

/// Reads the item. Where it is nothing that can be guarded, what comes back is the item to emit
/// in place of an expansion.
pub(crate) fn item(tokens: TokenStream, errors: &mut Errors) -> Result<Struct, TokenStream> {
    let mut item = match syn::parse2::<Item>(tokens.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.push(error);
            return Err(without_helpers(tokens));
        }
    };
    Parenthesize.visit_item_mut(&mut item);
    let wrong = match &mut item {
        Item::Struct(ItemStruct { fields: Fields::Named(named), .. }) => {
            // Only the braces stay behind, for the fields that come back.
            let fields = std::mem::take(&mut named.named);
            let locks = fields.iter().filter(|field| Kind::of(&field.ty) == Kind::Lock);
            let locks: Vec<Ident> = locks.filter_map(|field| field.ident.clone()).collect();
            let mut doubtful = false;
            let mut member = |field| member(field, &locks, &mut doubtful, errors);
            let mut fields: Vec<Member> = fields.into_iter().filter_map(&mut member).collect();
            tell_apart(&mut fields);
            let Item::Struct(item) = item else { unreachable!("it was a struct just now") };
            return Ok(Struct { item, fields, markers: true, doubtful });
        }
        Item::Struct(item) if matches!(item.fields, Fields::Unnamed(_)) => {
            "`#[guarded]` needs fields with names, since they name the lock that guards them: \
             write `struct Name { lock: Lock, … }`"
        }
        Item::Struct(_) => {
            "`#[guarded]` needs a struct with fields, of which a lock guards some: write \
             `struct Name { lock: Lock, … }`"
        }
        Item::Enum(_) => {
            "`#[guarded]` needs a struct: an enum can't say which lock guards which field; put \
             the enum in a field of a guarded struct"
        }
        Item::Union(_) => {
            "`#[guarded]` needs a struct: a union has one field at a time; put the union in a \
             field of a guarded struct"
        }
        _ => "`#[guarded]` needs a struct with named fields",
    };
    let place = match &item {
        Item::Struct(item) => item.ident.span(),
        Item::Enum(item) => item.enum_token.span(),
        Item::Union(item) => item.union_token.span(),
        item => item.span(),
    };
    errors.at(place, wrong);
    StripHelpers.visit_item_mut(&mut item);
    Err(quote::quote!(#item))
}

/// The tokens of what is no item, or not yet, without the attributes that are not to be reported as
/// unknown beside what is wrong.
fn without_helpers(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            kept.push(token);
            continue;
        };
        let inside = group.stream();
        let is_helper = group.delimiter() == Delimiter::Bracket
            && matches!(kept.last(), Some(TokenTree::Punct(sign)) if sign.as_char() == '#')
            && matches!(inside.clone().into_iter().next(),
                Some(TokenTree::Ident(name)) if Helper::named(&name).is_some());
        if is_helper {
            kept.pop();
        } else {
            let mut group_kept = Group::new(group.delimiter(), without_helpers(inside));
            group_kept.set_span(group.span());
            kept.push(group_kept.into());
        }
    }
    kept.into_iter().collect()
}

/// Takes the attributes off an item whose fields they can't mean anything for.
struct StripHelpers;

impl VisitMut for StripHelpers {
    fn visit_field_mut(&mut self, field: &mut Field) {
        field.attrs.retain(|attr| Helper::of(attr).is_none());
    }
}

fn member(
    mut field: Field,
    locks: &[Ident],
    doubtful: &mut bool,
    errors: &mut Errors,
) -> Option<Member> {
    if let Some(name) = field.ident.as_ref().filter(|name| *name == "_") {
        errors.at(name.span(), "each field has a name of its own, which `_` is not");
        return None;
    }
    errors.keep(field.modifiers.require_empty());
    let kind = Kind::of(&field.ty);
    let mut role = Role::Plain;
    let mut when = None;
    for attr in std::mem::take(&mut field.attrs) {
        let misspelled = || Helper::misspelled(&attr, kind, locks);
        let Some(helper) = Helper::of(&attr).or_else(misspelled) else {
            match hidden_helper(&attr) {
                Some(hidden) => {
                    errors.at(
                        hidden.span(),
                        format_args!(
                            "`{hidden}` can't be hidden in a `cfg_attr`: write `#[cfg(…)]` and \
                             `#[{hidden}(lock)]` on the field, as two attributes"
                        ),
                    );
                    role = Role::Unreadable;
                }
                None => field.attrs.push(attr),
            }
            continue;
        };
        if Helper::of(&attr).is_none() {
            errors.on(
                attr.path(),
                format_args!(
                    "there is no attribute `{}`; did you mean `#[{}({})]`?",
                    shown(attr.path()),
                    helper.name(),
                    helper.lock(&attr).map_or_else(|_| String::new(), |lock| lock.to_string())
                ),
            );
        } else if attr.path().get_ident().is_none() {
            errors.on(
                attr.path(),
                format_args!(
                    "`#[guarded]` reads this attribute on the field: write it without a path, \
                     `#[{}(lock)]`",
                    helper.name()
                ),
            );
        }
        let read = errors.keep(helper.read(&attr));
        let read = read.map(|(lock, predicate)| {
            when = predicate.map(|mut predicate| {
                Parenthesize.visit_expr_mut(&mut predicate);
                when::closure(&predicate, errors)
            });
            lock
        });
        role = match (role, helper, read) {
            (Role::Plain, Helper::Guarded, Some(lock)) => Role::Guarded(lock, Box::new(attr)),
            (Role::Plain, Helper::Condition, Some(lock)) => Role::Condition(lock, Box::new(attr)),
            (Role::Plain | Role::Unreadable, _, _) => Role::Unreadable,
            (first, helper, read) => {
                errors.on(&attr, second(&first, helper));
                *doubtful = true;
                match (read, kind) {
                    // Of the two that it is said to be, it can be this one.
                    (Some(lock), Kind::Condition) => Role::Condition(lock, Box::new(attr)),
                    _ => first,
                }
            }
        };
    }
    Some(Member { field, kind, role, when })
}

/// What is wrong with one more attribute on the field.
fn second(first: &Role, second: Helper) -> &'static str {
    match (first, second) {
        (Role::Guarded(..), Helper::Guarded) => {
            "a field is guarded by one lock only: keep one of the attributes"
        }
        (Role::Condition(..), Helper::Condition) => {
            "a condition shares one lock only: keep one of the attributes"
        }
        _ => {
            "a field is guarded by a lock or is a condition of it, not both: a condition needs no \
             guarding, since only the lock's guard can use it"
        }
    }
}

/// The attributes that `#[guarded]` reads on fields, and takes away.
#[derive(Clone, Copy)]
enum Helper {
    Guarded,
    Condition,
}

impl Helper {
    fn of(attr: &Attribute) -> Option<Self> {
        attr.path().segments.last().and_then(|last| Self::named(&last.ident))
    }

    fn named(name: &Ident) -> Option<Self> {
        [Helper::Guarded, Helper::Condition].into_iter().find(|helper| name == helper.name())
    }

    /// The attribute that was meant by one of another name. It names a lock of the struct, so it is
    /// no other macro's.
    fn misspelled(attr: &Attribute, kind: Kind, locks: &[Ident]) -> Option<Self> {
        let name = attr.path().get_ident()?.to_string();
        let meant = match kind {
            Kind::Condition => Helper::Condition,
            _ => Self::named_nearly(&name)?,
        };
        locks.contains(&meant.lock(attr).ok()?).then_some(meant)
    }

    fn named_nearly(name: &str) -> Option<Self> {
        let both = [Helper::Guarded, Helper::Condition];
        let name = closest(name, both.into_iter().map(Self::name))?;
        both.into_iter().find(|helper| helper.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Helper::Guarded => "guarded",
            Helper::Condition => "condition",
        }
    }

    /// The lock that the attribute names.
    fn lock(self, attr: &Attribute) -> syn::Result<Ident> {
        self.read(attr).map(|(lock, _)| lock)
    }

    /// The lock that the attribute names, and when the condition is true, if it says so.
    fn read(self, attr: &Attribute) -> syn::Result<(Ident, Option<Expr>)> {
        let expected = match self {
            Helper::Guarded => {
                "say which lock guards the field, by the name of the lock's field: \
                 `#[guarded(lock)]`"
            }
            Helper::Condition => {
                "say which lock the condition shares, by the name of the lock's field: \
                 `#[condition(lock)]`"
            }
        };
        let Meta::List(list) = &attr.meta else {
            return Err(syn::Error::new_spanned(attr, expected));
        };
        let says_when = Cell::new(false);
        let arguments = |input: ParseStream| {
            let name: Ident = input.parse()?;
            let comma: Option<Token![,]> = input.parse()?;
            let mut predicate = None;
            if comma.is_some() && matches!(self, Helper::Condition) && !input.is_empty() {
                says_when.set(true);
                predicate = Some(when::argument(input)?);
            }
            if input.is_empty() { Ok((name, predicate)) } else { Err(input.error("")) }
        };
        arguments.parse2(list.tokens.clone()).map_err(|error| {
            if says_when.get() && !error.to_string().is_empty() {
                error
            } else if list.tokens.is_empty() {
                syn::Error::new_spanned(attr, expected)
            } else {
                syn::Error::new_spanned(&list.tokens, expected)
            }
        })
    }
}

/// The `guarded` or `condition` inside a `#[cfg_attr(…)]`, where it would only be seen once it is
/// too late.
fn hidden_helper(attr: &Attribute) -> Option<Ident> {
    fn among_applied(tokens: TokenStream) -> Option<Ident> {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let comma = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            if !comma {
                continue;
            }
            let Some(TokenTree::Ident(name)) = tokens.peek().cloned() else {
                continue;
            };
            if Helper::named(&name).is_some() {
                return Some(name);
            }
            tokens.next();
            let nested = match tokens.peek() {
                Some(TokenTree::Group(nested)) if name == "cfg_attr" => nested.stream(),
                _ => continue,
            };
            if let Some(hidden) = among_applied(nested) {
                return Some(hidden);
            }
        }
        None
    }

    match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => among_applied(list.tokens.clone()),
        _ => None,
    }
}
